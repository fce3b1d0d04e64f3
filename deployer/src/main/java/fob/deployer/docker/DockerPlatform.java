package fob.deployer.docker;

import static java.util.concurrent.TimeUnit.SECONDS;

import fob.deployer.CodeSource;
import fob.deployer.Deployer;
import fob.deployer.Drivers;
import fob.deployer.Platform;
import fob.deployer.Platforms;
import fob.deployer.layer.Installer;
import fob.deployer.local.LocalFunctions;
import fob.deployer.local.PlatformThreads;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.service.Env;
import fob.service.Loops;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/**
 * Runs each instance as a container of this machine's Docker engine, which serves HTTP on a Unix
 * socket. Containers outlive their deployer, and the next one of the same owner takes them over.
 * Thread-safe; once closed it cannot be used again.
 */
public final class DockerPlatform implements Platform {

  private static final int PAUSE_SECONDS = 30; // between two sweeps
  private static final Duration LONGEST_SWEEP = Duration.ofMinutes(5); // of many containers
  private final String isolation;
  private final OptionalInt memoryMiB;
  private final DockerContext context;
  private final LocalFunctions functions;
  private final Sweeper sweeper;
  private final Map<FunctionId, DockerFunction> hosts = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer;

  /** Whether this deployer decides what runs: from {@link #retain} to {@link #release}. */
  private volatile boolean active;

  private final Set<FunctionId> wanted = ConcurrentHashMap.newKeySet();

  /**
   * Connects to the engine and checks whether it can run functions.
   *
   * @param owner the label of all containers of this fob; other containers are left alone
   * @throws IOException if containers cannot run here; the message is for the user
   */
  public DockerPlatform(
      DockerConfig config, Drivers drivers, String owner, Listener listener, Loops loops)
      throws IOException {
    Engine engine = new Engine(config.socket());
    this.isolation = Preflight.run(engine, config, drivers);
    long bytes = engine.info().path("MemTotal").asLong();
    this.memoryMiB = bytes > 0 ? OptionalInt.of((int) (bytes >> 20)) : OptionalInt.empty();
    Files.createDirectories(config.local().logDirectory());
    var files = InstanceFiles.of(config.local().runtimeParent(), owner);
    this.context = new DockerContext(engine, files, config, owner);
    this.sweeper = new Sweeper(context);
    this.timer = loops.timer("docker-sweeper", LONGEST_SWEEP);
    this.functions =
        new LocalFunctions(
            new PlatformThreads(name(), loops),
            config.local(),
            drivers,
            listener,
            (spec, code, driver) -> {
              DockerFunction host = new DockerFunction(spec, code, driver, context);
              hosts.put(spec.id(), host);
              return host;
            });
    var _ = timer.scheduleWithFixedDelay(this::sweep, PAUSE_SECONDS, PAUSE_SECONDS, SECONDS);
  }

  /** Reads the platform's settings; see {@link Platforms#configure}. */
  public static Deployer.PlatformFactory configure(Env env, Platforms.Surroundings surroundings) {
    DockerConfig config = DockerConfig.from(env, surroundings);
    return (drivers, owner, told, loops) -> new DockerPlatform(config, drivers, owner, told, loops);
  }

  @Override
  public String name() {
    return "docker";
  }

  @Override
  public String isolation() {
    return isolation;
  }

  @Override
  public boolean outlivesDeployer() {
    return !context.config().stopAtClose();
  }

  @Override
  public boolean runsImages() {
    return true;
  }

  /** Returns the memory of the engine's machine. */
  @Override
  public OptionalInt memoryMiB() {
    return memoryMiB;
  }

  @Override
  public Optional<Installer> installer() {
    return Optional.of(new DockerInstaller(context));
  }

  @Override
  public void deploy(FunctionSpec spec, CodeSource code) {
    functions.deploy(spec, code);
  }

  @Override
  public void replace(FunctionId id, String instance, String reason) {
    functions.replace(id, instance, reason);
  }

  @Override
  public void secretsChanged(FunctionId id) {
    functions.secretsChanged(id);
  }

  @Override
  public void remove(FunctionId id) {
    remove(id, functions::remove);
  }

  @Override
  public void stop(FunctionId id) {
    remove(id, functions::stop);
  }

  private void remove(FunctionId id, Consumer<FunctionId> ending) {
    wanted.remove(id);
    hosts.remove(id);
    ending.accept(id);
    timer.execute(() ->
        sweeper.removeContainers(container -> container.function().equals(id) && !isWanted(id)));
  }

  @Override
  public void retain(Set<FunctionId> kept, Set<FunctionId> idle) {
    wanted.clear();
    wanted.addAll(kept);
    functions.deployed().stream().filter(id -> !kept.contains(id)).forEach(this::remove);
    active = true;
    timer.execute(this::sweep);
  }

  private void sweep() {
    if (active) {
      sweeper.removeContainers(this::isLeftOver);
      sweeper.removeInstallers();
      sweeper.removeFiles();
    }
  }

  /** If a wanted function has finished its search, the containers that it did not take are left. */
  private boolean isLeftOver(Container container) {
    DockerFunction host = hosts.get(container.function());
    return active && (host == null ? !isWanted(container.function()) : host.hasFound());
  }

  private boolean isWanted(FunctionId id) {
    return wanted.contains(id) || hosts.containsKey(id);
  }

  @Override
  public void release() {
    active = false;
    wanted.clear();
    functions.leaveAll();
    hosts.clear();
  }

  @Override
  public void close() {
    active = false;
    timer.shutdownNow();
    if (!context.config().stopAtClose()) {
      functions.leaveAll();
    }
    functions.close();
    if (context.config().stopAtClose()) {
      sweeper.stopAll();
    }
    context.engine().close();
  }
}
