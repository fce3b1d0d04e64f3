package fob.deployer.marathon;

import fob.function.FunctionStatus.FailureReason;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** Finds out why apps do not serve, with few requests for many apps. Thread-safe. */
final class Reasons {

  private static final Duration QUEUE_AGE = Duration.ofSeconds(3);

  private final Cached<Read<Map<String, QueueEntry>>> queue;
  private final DriverProbe probe;

  Reasons(MarathonClient client, DriverProbe probe, InstantSource clock) {
    this.queue = new Cached<>(client::queue, QUEUE_AGE, clock);
    this.probe = probe;
  }

  /** What the driver of an instance says that runs and is not healthy: certain, and the user's. */
  Optional<FailureReason> ofDriver(AppView app) {
    return app.tasks().stream()
        .flatMap(task -> task.instance().stream())
        .findFirst()
        .flatMap(probe::ask);
  }

  /** What Marathon knows. */
  String ofCluster(AppView app) throws InterruptedException {
    Optional<QueueEntry> entry =
        queue.get() instanceof Read.Got<Map<String, QueueEntry>>(var waiting)
            ? Optional.ofNullable(waiting.get(app.id()))
            : Optional.empty();
    return Reason.of(app, entry);
  }
}
