package fob.deployer.local;

import fob.function.FunctionId;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of one function. One virtual thread works them off, one at a time, in the order in
 * which they were added. An event that throws is logged, and the next one runs. The thread ends
 * while there is no event, so a queue need not be closed. Thread-safe; to add an event never waits.
 */
final class EventQueue {

  private static final Logger LOGGER = LoggerFactory.getLogger(EventQueue.class);
  private static final long IDLE_SECONDS = 1;

  private final FunctionId function;
  private final ScheduledExecutorService timer;
  private final ThreadPoolExecutor thread;

  /**
   * Creates an empty queue.
   *
   * @param timer adds the events that fall due later
   */
  EventQueue(FunctionId function, ScheduledExecutorService timer) {
    this.function = function;
    this.timer = timer;
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofVirtual().name("fob-function-" + function).factory());
    thread.allowCoreThreadTimeOut(true);
  }

  /** Adds an event behind all others. */
  void add(Runnable event) {
    thread.execute(() -> run(event));
  }

  /** Adds an event when the delay is over. */
  void addLater(Runnable event, Duration delay) {
    var _ = timer.schedule(() -> add(event), delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void run(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException e) {
      LOGGER
          .atError()
          .addKeyValue("function", function)
          .setCause(e)
          .log("an event of a function failed");
    }
  }
}
