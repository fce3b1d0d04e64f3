package fob.deployer.local;

import fob.deployer.Platform;
import fob.function.FunctionId;
import fob.function.FunctionStatus;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the platform's listener what happens to functions: in order, on one thread, and while no
 * lock is held. Thread-safe.
 */
final class ListenerNotifier implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(ListenerNotifier.class);

  private final Platform.Listener listener;
  private final InstantSource clock;
  private final ExecutorService thread;

  ListenerNotifier(Platform.Listener listener, InstantSource clock, ThreadFactory threads) {
    this.listener = listener;
    this.clock = clock;
    this.thread = Executors.newSingleThreadExecutor(threads);
  }

  void changed(Supervisor function, FunctionStatus status) {
    FunctionId id = function.spec().id();
    tell(
        id,
        () -> {
          if (!function.isRemoved()) {
            listener.changed(id, status);
          }
        });
  }

  /** An instance has ended that is still wanted. */
  void ended(Supervisor function, String reason) {
    FunctionId id = function.spec().id();
    Instant at = clock.instant();
    tell(
        id,
        () -> {
          if (!function.isRemoved()) {
            listener.ended(id, reason, at);
          }
        });
  }

  /** The function cannot even begin. */
  void failed(FunctionId id, String message) {
    FunctionStatus failed = new FunctionStatus.Failed(FunctionStatus.FailureReason.of(message));
    tell(id, () -> listener.changed(id, failed));
  }

  private void tell(FunctionId id, Runnable news) {
    thread.execute(() -> {
      try {
        news.run();
      } catch (RuntimeException e) {
        LOGGER.atError().addKeyValue("function", id).setCause(e).log("a listener failed");
      }
    });
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
