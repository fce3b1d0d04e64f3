package fob.deployer.marathon.cluster;

import fob.deployer.marathon.api.AppView;
import fob.deployer.marathon.api.MarathonClient;
import fob.deployer.marathon.api.QueueEntry;
import fob.deployer.marathon.api.ReadResult;
import fob.deployer.marathon.app.DriverProbe;
import fob.deployer.marathon.app.StatusText;
import fob.function.FunctionStatus.FailureReason;
import fob.function.Instance;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** Finds out why apps do not serve. One request serves many apps. Thread-safe. */
public final class StatusReasons {

  private static final Duration QUEUE_AGE = Duration.ofSeconds(3);

  private final CachedReply<ReadResult<Map<String, QueueEntry>>> queue;
  private final DriverProbe probe;

  public StatusReasons(MarathonClient client, DriverProbe probe, InstantSource clock) {
    this.queue = new CachedReply<>(client::queue, QUEUE_AGE, clock);
    this.probe = probe;
  }

  /**
   * The failure that an instance's driver reports. It is certain, and caused by the user's code.
   */
  public Optional<FailureReason> ofDriver(AppView app) {
    return running(app).flatMap(probe::ask);
  }

  private static Optional<Instance> running(AppView app) {
    return app.tasks().stream().flatMap(task -> task.instance().stream()).findFirst();
  }

  /** The reason that Marathon knows, and what the driver says if it could not load the function. */
  public String ofCluster(AppView app) throws InterruptedException {
    Optional<QueueEntry> entry =
        queue.get() instanceof ReadResult.Got<Map<String, QueueEntry>>(var waiting)
            ? Optional.ofNullable(waiting.get(app.id()))
            : Optional.empty();
    String why = StatusText.of(app, entry);
    return running(app)
        .flatMap(probe::said)
        .map(said -> why + "; its driver says: " + said)
        .orElse(why);
  }
}
