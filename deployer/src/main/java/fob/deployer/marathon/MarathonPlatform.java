package fob.deployer.marathon;

import fob.deployer.CodeSource;
import fob.deployer.Deployer;
import fob.deployer.Drivers;
import fob.deployer.Platform;
import fob.deployer.Platforms;
import fob.deployer.layer.Installer;
import fob.deployer.marathon.api.MarathonHttp;
import fob.deployer.marathon.cluster.StartCheck;
import fob.deployer.marathon.config.MarathonConfig;
import fob.deployer.marathon.config.MarathonTimings;
import fob.deployer.marathon.config.PlatformContext;
import fob.deployer.marathon.install.InstallerConfig;
import fob.deployer.marathon.install.MarathonInstaller;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionStatus.Failed;
import fob.function.FunctionStatus.FailureReason;
import fob.function.Instance;
import fob.service.Env;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Runs each function as an app of a Marathon cluster. The apps outlive the deployer: the next
 * deployer finds them by their labels, and does not change apps that have the wanted spec.
 * Instances fetch their code from a gateway, so Marathon can restart them without a deployer;
 * images of the user's get it from the active deployer. Thread-safe. A closed platform cannot be
 * used again.
 */
public final class MarathonPlatform implements Platform {

  private final PlatformContext context;
  private final AppMaker apps;
  private final Listener listener;
  private final MarathonHttp http;
  private final AtomicBoolean checked;
  private final MarathonInstaller installer;

  /** Makes the apps of deployed functions that have secrets, again. */
  private final Map<FunctionId, Runnable> withSecrets = new HashMap<>(); // guarded by this

  private @Nullable MarathonSession
      session; // guarded by this; none while another deployer is active
  private boolean closed; // guarded by this

  /** Reads the platform's settings; see {@link Platforms#configure}. */
  public static Deployer.PlatformFactory configure(Env env, Platforms.Surroundings surroundings) {
    MarathonConfig config = MarathonConfig.from(env);
    InstallerConfig install = InstallerConfig.from(env, surroundings);
    return (drivers, owner, listener, loops) ->
        new MarathonPlatform(
            new PlatformContext(
                config, owner, MarathonTimings.STANDARD, InstantSource.system(), loops),
            install,
            drivers,
            listener);
  }

  /**
   * Checks that Marathon answers. If nothing answers, fob keeps trying and functions wait.
   *
   * @throws IOException if Marathon cannot be used as configured; the message is for the user
   */
  MarathonPlatform(
      PlatformContext context, InstallerConfig install, Drivers drivers, Listener listener)
      throws IOException {
    this.context = context;
    this.apps = new AppMaker(context.config(), drivers, context.owner());
    this.listener = listener;
    this.http = new MarathonHttp(context.config(), context.clock());
    this.checked = new AtomicBoolean(StartCheck.passes(http, context.config().url()));
    this.installer = new MarathonInstaller(context, install);
  }

  @Override
  public String name() {
    return "marathon";
  }

  @Override
  public String isolation() {
    return "Docker containers on a Marathon cluster: an unprivileged user, no capabilities, a"
        + " read-only file system, bounds on memory and processes; each has its own network address"
        + " and reaches the network, whatever 'network' says";
  }

  @Override
  public boolean outlivesDeployer() {
    return true;
  }

  @Override
  public boolean logsWithCalls() {
    return true;
  }

  @Override
  public boolean runsImages() {
    return true;
  }

  /** Unknown, since the cluster's agents change. */
  @Override
  public OptionalInt memoryMiB() {
    return OptionalInt.empty();
  }

  @Override
  public Optional<Installer> installer() {
    return Optional.of(installer);
  }

  @Override
  public void deploy(FunctionSpec spec, CodeSource code) {
    deployAgain(spec, code, List.of());
  }

  @Override
  public synchronized void deployAgain(FunctionSpec spec, CodeSource code, List<Instance> ready) {
    if (!active().isDeployed(spec.id())) {
      apply(spec, code, ready);
    }
  }

  @Override
  public synchronized void secretsChanged(FunctionId id) {
    withSecrets.getOrDefault(id, () -> {}).run();
  }

  private void apply(FunctionSpec spec, CodeSource code, List<Instance> ready) {
    if (!spec.environment().secrets().isEmpty()) {
      withSecrets.put(spec.id(), () -> apply(spec, code, ready));
    }
    try {
      active().deploy(apps.make(spec, code, ready));
    } catch (IOException e) {
      active().tell(spec.id(), new Failed(FailureReason.of(String.valueOf(e.getMessage()))));
    }
  }

  @Override
  public synchronized void remove(FunctionId id) {
    withSecrets.remove(id);
    active().remove(id);
  }

  @Override
  public synchronized void replace(FunctionId id, String instance, String reason) {
    active().replace(id, instance, reason);
  }

  @Override
  public synchronized void retain(Set<FunctionId> wanted, Set<FunctionId> idle) {
    withSecrets.keySet().retainAll(wanted);
    active().retain(wanted, idle);
  }

  private MarathonSession active() {
    if (closed) {
      throw new IllegalStateException("the platform is closed");
    }
    MarathonSession active = session;
    if (active == null) {
      active = new MarathonSession(context, http, checked, installer, listener);
      session = active;
    }
    return active;
  }

  /** Every app runs on. */
  @Override
  public synchronized void release() {
    withSecrets.clear();
    MarathonSession active = session;
    session = null;
    if (active != null) {
      active.close();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    release();
    installer.close();
  }
}
