package fob.deployer.local;

import fob.deployer.Ending;
import fob.deployer.Platform;
import fob.function.FunctionId;
import fob.function.FunctionStatus;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the platform's listener on one thread, in the order of the calls of this class.
 * Thread-safe; nothing here waits for the listener.
 */
final class ListenerNotifier implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(ListenerNotifier.class);

  private final Platform.Listener listener;
  private final InstantSource clock;
  private final ExecutorService thread;

  /**
   * @param thread runs the calls one at a time; closed by this
   */
  ListenerNotifier(Platform.Listener listener, InstantSource clock, ExecutorService thread) {
    this.listener = listener;
    this.clock = clock;
    this.thread = thread;
  }

  /**
   * The function has another status.
   *
   * @param removed whether the function was removed by the time of the listener's turn, which is
   *     not called then
   */
  void changed(FunctionId id, BooleanSupplier removed, FunctionStatus status) {
    call(id, removed, () -> listener.changed(id, status));
  }

  /** A wanted instance of the function has ended now; parameters as in {@link #changed}. */
  void ended(FunctionId id, BooleanSupplier removed, Ending why) {
    Instant at = clock.instant();
    call(id, removed, () -> listener.ended(id, why, at));
  }

  /** The function has failed before it had a supervisor. */
  void failed(FunctionId id, String message) {
    changed(id, () -> false, new FunctionStatus.Failed(FunctionStatus.FailureReason.of(message)));
  }

  private void call(FunctionId id, BooleanSupplier removed, Runnable call) {
    thread.execute(() -> {
      try {
        if (!removed.getAsBoolean()) {
          call.run();
        }
      } catch (RuntimeException e) {
        LOGGER
            .atError()
            .addKeyValue("function", id)
            .setCause(e)
            .log("the platform's listener failed");
      }
    });
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
