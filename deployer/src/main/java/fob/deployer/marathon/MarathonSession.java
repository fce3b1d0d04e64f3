package fob.deployer.marathon;

import fob.deployer.Ending;
import fob.deployer.Platform;
import fob.deployer.image.ImageClient;
import fob.deployer.marathon.api.EventStream;
import fob.deployer.marathon.api.MarathonClient;
import fob.deployer.marathon.api.MarathonHttp;
import fob.deployer.marathon.app.DriverProbe;
import fob.deployer.marathon.app.FunctionApp;
import fob.deployer.marathon.app.ListedApps;
import fob.deployer.marathon.cluster.DeploymentQueue;
import fob.deployer.marathon.cluster.RunningDeployments;
import fob.deployer.marathon.cluster.StartCheck;
import fob.deployer.marathon.cluster.StatusReasons;
import fob.deployer.marathon.cluster.WriteRate;
import fob.deployer.marathon.config.MarathonConfig;
import fob.deployer.marathon.config.PlatformContext;
import fob.deployer.marathon.install.MarathonInstaller;
import fob.deployer.marathon.login.Credentials;
import fob.function.FunctionId;
import fob.function.FunctionStatus;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time in which this deployer is the active one. All threads and all knowledge of apps begin
 * and end with it; the apps themselves outlive it. Thread-safe; single use.
 */
final class MarathonSession implements AutoCloseable, AppListener {

  private static final Logger LOGGER = LoggerFactory.getLogger(MarathonSession.class);
  private static final int MOST_DEPLOYMENTS = 20;
  private static final Duration CLOSE = Duration.ofSeconds(2);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final SessionLoops loops;
  private final AppRegistry apps = new AppRegistry();
  private final MarathonConfig config;
  private final ListenerCalls listener;
  private final MarathonHttp http;
  private final DriverProbe probe = new DriverProbe();
  private final ImageClient images = new ImageClient();
  private final SessionContext session;
  private final OrphanedApps orphans;
  private final TaskReplacer replacer;

  MarathonSession(
      PlatformContext platform,
      MarathonHttp http,
      AtomicBoolean checked,
      MarathonInstaller installer,
      Platform.Listener listener) {
    this.config = platform.config();
    this.http = http;
    this.loops = SessionLoops.of(platform.loops());
    this.listener = new ListenerCalls(loops.statuses(), listener, apps);
    MarathonClient client = new MarathonClient(http, config.group());
    DeploymentQueue queue = new DeploymentQueue(MOST_DEPLOYMENTS);
    this.session =
        new SessionContext(
            client,
            platform,
            threads,
            loops.timer(),
            queue,
            new WriteRate(platform.timings(), platform.clock()),
            new StatusReasons(client, probe, platform.clock()),
            new RunningDeployments(client, queue, platform.clock()),
            new ListedApps(),
            images,
            installer,
            this);
    this.orphans = new OrphanedApps(config, platform.owner(), apps, this::remove);
    this.replacer = new TaskReplacer(session);
    start(checked);
  }

  private void start(AtomicBoolean checked) {
    GroupWatcher[] watcher = new GroupWatcher[1];
    boolean secret = !(config.credentials() instanceof Credentials.None);
    EventStream stream =
        new EventStream(
            http,
            secret,
            session.timings(),
            () -> watcher[0].resync(),
            app -> watcher[0].hint(app),
            loops.events()::succeeded);
    AppLister list =
        new AppLister(
            session, apps, () -> StartCheck.ask(http, config.url()), checked, orphans::listed);
    watcher[0] = new GroupWatcher(session, apps, list, stream::isOpen, loops.apps()::succeeded);
    loops.apps().startVirtual(watcher[0]);
    loops.events().startVirtual(stream);
  }

  void deploy(FunctionApp app) {
    apps.want(app, this::reconciler);
  }

  void remove(FunctionId function) {
    apps.unwant(function, this::reconciler);
  }

  void replace(FunctionId function, String task, String reason) {
    apps.get(function).ifPresent(app -> mustReplace(app, task, reason));
  }

  boolean isDeployed(FunctionId function) {
    return apps.get(function).filter(AppReconciler::isWanted).isPresent();
  }

  void retain(Set<FunctionId> wanted, Set<FunctionId> idle) {
    orphans.retain(wanted, idle);
  }

  private AppReconciler reconciler(FunctionId function) {
    return new AppReconciler(session, function);
  }

  /** Reports the status of a function for which no app can be made. */
  void tell(FunctionId function, FunctionStatus status) {
    listener.changed(function, status);
  }

  @Override
  public void changed(AppReconciler app, FunctionStatus status) {
    listener.changed(app, status);
  }

  @Override
  public void ended(AppReconciler app, Ending why) {
    listener.ended(app, why, session.clock().instant());
  }

  @Override
  public void mustReplace(AppReconciler app, String task, String reason) {
    replacer.replace(app, task, reason);
  }

  @Override
  public void gone(AppReconciler app) {
    apps.forget(app);
  }

  /** Ends the session's threads, within 2 s each. The apps keep running. */
  @Override
  public void close() {
    listener.close();
    apps.all().forEach(AppReconciler::stop);
    loops.timer().shutdownNow();
    threads.shutdownNow();
    http.cancelAll();
    loops.apps().interrupt(CLOSE);
    loops.events().interrupt(CLOSE);
    probe.close();
    images.close();
    loops.statuses().shutdownNow();
    for (ExecutorService each : Set.of(threads, loops.statuses(), loops.timer())) {
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
