package fob.standalone;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Clients that call a function in a closed loop until they are closed. */
final class Callers implements AutoCloseable {

  private static final int CLIENTS = 4;
  private static final int REST_MS = 20;

  private final ScheduledExecutorService clients = Executors.newScheduledThreadPool(CLIENTS);
  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  private final Queue<Throwable> unanswered = new ConcurrentLinkedQueue<>();

  Callers(FobClient fob, String function) {
    for (int i = 0; i < CLIENTS; i++) {
      var _ =
          clients.scheduleWithFixedDelay(
              () -> call(fob, function), i, REST_MS, TimeUnit.MILLISECONDS);
    }
  }

  private void call(FobClient fob, String function) {
    try {
      answers.add(fob.get("/api/call/" + function));
    } catch (AssertionError e) {
      unanswered.add(e);
    }
  }

  /** Returns all answers so far, oldest first. */
  List<Answer> answers() {
    return List.copyOf(answers);
  }

  /** Returns the calls that got no answer. */
  List<Throwable> unanswered() {
    return List.copyOf(unanswered);
  }

  /** Stops the clients and waits until each has its last answer. */
  void stop() {
    clients.close();
  }

  @Override
  public void close() {
    stop();
  }
}
