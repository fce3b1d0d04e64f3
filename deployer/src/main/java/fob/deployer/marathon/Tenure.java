package fob.deployer.marathon;

import fob.function.FunctionId;
import fob.function.FunctionStatus;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time in which this deployer is the active one: all threads and all that is known begin and
 * end with it, the apps do not. Thread-safe; single use.
 */
final class Tenure implements AutoCloseable, Cluster.Ears {

  private static final Logger LOGGER = LoggerFactory.getLogger(Tenure.class);
  private static final int MOST_DEPLOYMENTS = 20;
  private static final Duration CLOSE = Duration.ofSeconds(2);

  /** Who hears of functions. */
  @FunctionalInterface
  interface Listener {
    void changed(FunctionId function, FunctionStatus status);
  }

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("fob-marathon-timer").factory());

  /** The listener is called from here alone: in order, and while no lock of ours is held. */
  private final ExecutorService statuses =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("fob-marathon-status").factory());

  private final Apps apps = new Apps();
  private final MarathonConfig config;
  private final Listener listener;
  private final MarathonHttp http;
  private final DriverProbe probe = new DriverProbe();
  private final Cluster cluster;
  private final Orphans orphans;
  private final TaskReplacer replacer;
  private volatile boolean closed;

  Tenure(
      MarathonConfig config,
      MarathonHttp http,
      String owner,
      Tempo tempo,
      InstantSource clock,
      AtomicBoolean checked,
      Listener listener) {
    this.config = config;
    this.http = http;
    this.listener = listener;
    MarathonClient client = new MarathonClient(http, config.group());
    DeploymentQueue queue = new DeploymentQueue(MOST_DEPLOYMENTS);
    this.cluster =
        new Cluster(
            client,
            config,
            tempo,
            clock,
            owner,
            threads,
            timer,
            queue,
            new Pace(tempo, clock),
            new Reasons(client, probe, clock),
            new Deployments(client, queue, clock),
            new Snapshot(),
            this);
    this.orphans = new Orphans(config, owner, apps, this::remove);
    this.replacer = new TaskReplacer(cluster);
    start(tempo, checked);
  }

  private void start(Tempo tempo, AtomicBoolean checked) {
    Subtree[] subtree = new Subtree[1];
    boolean secret = !(config.credentials() instanceof Credentials.None);
    EventStream events =
        new EventStream(
            http, secret, tempo, () -> subtree[0].resync(), app -> subtree[0].hint(app));
    AppList list =
        new AppList(
            cluster, apps, () -> StartCheck.ask(http, config.url()), checked, orphans::listed);
    subtree[0] = new Subtree(cluster, apps, list, events::isOpen);
    threads.execute(subtree[0]);
    threads.execute(events);
  }

  void deploy(FunctionApp app) {
    apps.want(app, this::reconciler);
  }

  void remove(FunctionId function) {
    apps.unwant(function, this::reconciler);
  }

  void replace(FunctionId function, String task, String reason) {
    apps.get(function).ifPresent(app -> replacer.replace(app, task, reason));
  }

  boolean isDeployed(FunctionId function) {
    return apps.get(function).filter(AppReconciler::isWanted).isPresent();
  }

  void retain(Set<FunctionId> wanted) {
    orphans.retain(wanted);
  }

  private AppReconciler reconciler(FunctionId function) {
    return new AppReconciler(cluster, function);
  }

  /** Tells a status that is not an app's: it cannot even be rendered. */
  void tell(FunctionId function, FunctionStatus status) {
    statuses.execute(() -> listen(function, status));
  }

  @Override
  public void changed(AppReconciler app, FunctionStatus status) {
    if (!closed) {
      statuses.execute(() -> {
        if (!closed && app.isWanted() && apps.get(app.function()).filter(app::equals).isPresent()) {
          listen(app.function(), status);
        }
      });
    }
  }

  @Override
  public void gone(AppReconciler app) {
    apps.forget(app);
  }

  private void listen(FunctionId function, FunctionStatus status) {
    try {
      listener.changed(function, status);
    } catch (RuntimeException e) {
      LOGGER.atError().addKeyValue("function", function).setCause(e).log("a listener failed");
    }
  }

  /** Ends its threads and nothing else. */
  @Override
  public void close() {
    closed = true;
    apps.all().forEach(AppReconciler::stop);
    timer.shutdownNow();
    threads.shutdownNow();
    http.cancelAll();
    probe.close();
    statuses.shutdownNow();
    for (ExecutorService each : Set.of(threads, statuses, timer)) {
      awaitEnd(each);
    }
  }

  private static void awaitEnd(ExecutorService executor) {
    try {
      if (!executor.awaitTermination(CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOGGER.atWarn().log("a thread of the Marathon platform did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
