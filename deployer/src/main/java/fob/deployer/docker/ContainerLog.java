package fob.deployer.docker;

import fob.deployer.local.LineSplitter;
import fob.deployer.local.SandboxOutput;
import fob.service.Threads;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the output of one container on a virtual thread, and reads on after the engine was away.
 * Thread-safe.
 */
final class ContainerLog {

  private static final Logger LOGGER = LoggerFactory.getLogger(ContainerLog.class);
  private static final Duration LONGEST_READ_OUT = Duration.ofSeconds(1);
  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

  private final Engine engine;
  private final String name;
  private final SandboxOutput output;
  private final Thread thread;

  /** At zero once the container has ended. */
  private final CountDownLatch containerEnded = new CountDownLatch(1);

  private volatile boolean stopped;
  private volatile @Nullable Call call;

  private ContainerLog(Engine engine, String name, SandboxOutput output, Instant since) {
    this.engine = engine;
    this.name = name;
    this.output = output;
    this.thread = Thread.ofVirtual().name("fob-log-" + name).unstarted(() -> readAll(since));
  }

  /**
   * Starts to read.
   *
   * @param since the time of the first output that is read
   */
  static ContainerLog follow(Engine engine, String name, SandboxOutput output, Instant since) {
    ContainerLog log = new ContainerLog(engine, name, output, since);
    log.thread.start();
    return log;
  }

  /** The engine ends the stream with the container, or because the engine itself ends. */
  private void readAll(Instant from) {
    Instant since = from;
    do {
      Call next = engine.follow(name, since);
      call = next;
      if (stopped) {
        return;
      }
      read(next);
      since = Instant.now();
    } while (!stopped && !endsSoon());
  }

  private boolean endsSoon() {
    try {
      return containerEnded.await(BETWEEN_TRIES.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private void read(Call from) {
    LineSplitter events = new LineSplitter(SandboxOutput.LONGEST_EVENT, output::event);
    LineSplitter log = new LineSplitter(SandboxOutput.LONGEST_LOG_LINE, output::log);
    try (Response response = engine.open(from)) {
      LogFrames.read(response.body().byteStream(), events::accept, log::accept);
    } catch (IOException e) {
      LOGGER
          .atDebug()
          .addKeyValue("container", name)
          .setCause(e)
          .log("the output of a container was cut off");
    }
    events.end();
    log.end();
  }

  /** The container has ended: waits at most a second until the rest of its output was read. */
  void readOut() {
    containerEnded.countDown();
    Threads.join(thread, LONGEST_READ_OUT);
    cancel();
  }

  /** Reads nothing any more. */
  void stop() {
    stopped = true;
    cancel();
  }

  private void cancel() {
    Call current = call;
    if (current != null) {
      current.cancel();
    }
  }
}
