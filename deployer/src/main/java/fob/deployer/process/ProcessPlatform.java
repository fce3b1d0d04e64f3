package fob.deployer.process;

import com.sun.management.OperatingSystemMXBean;
import fob.deployer.CodeSource;
import fob.deployer.Deployer;
import fob.deployer.Driver;
import fob.deployer.Drivers;
import fob.deployer.HostPrograms;
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
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Runs each instance as a bubblewrap sandbox on this machine, which serves HTTP on a Unix socket.
 * No sandbox outlives this process: the kernel kills the sandboxes of a fob that was killed.
 * Thread-safe; once closed it cannot be used again.
 */
public final class ProcessPlatform implements Platform {

  private final ProcessContext context;
  private final Drivers drivers;
  private final WarmSizes warmSizes;
  private final WarmSandboxes warm;
  private final LocalFunctions functions;
  private final Optional<Installer> installer;

  /**
   * Tries whether sandboxes work on this machine.
   *
   * @throws IOException if they do not; the message is for the user
   */
  public ProcessPlatform(ProcessConfig config, Drivers drivers, Listener listener, Loops loops)
      throws IOException {
    this.context = ProcessContext.start(config, loops);
    FunctionNumbers numbers = new FunctionNumbers(context.runtime()::function, UserRange.IDS);
    this.installer = ProcessInstaller.of(context, config.install(), numbers);
    this.drivers = drivers;
    this.warmSizes = config.warm();
    this.warm =
        new WarmSandboxes(
            config.warm(), context, config.startTimeout(), numbers, this::whenNothingStarts);
    this.functions =
        new LocalFunctions(
            new PlatformThreads(name(), loops),
            config.local(),
            drivers,
            listener,
            (spec, code, driver) ->
                new WarmFunction(
                    FunctionHome.create(spec, code, driver, context, numbers.getAsInt()),
                    warm,
                    config.startTimeout()));
  }

  private void whenNothingStarts(Duration delay, Runnable work) {
    functions.whenNothingStarts(delay, work);
  }

  /** Reads the platform's settings; see {@link Platforms#configure}. */
  public static Deployer.PlatformFactory configure(Env env, Platforms.Surroundings surroundings) {
    ProcessConfig config = ProcessConfig.from(env, surroundings);
    return (drivers, owner, listener, loops) ->
        new ProcessPlatform(config, drivers, listener, loops);
  }

  @Override
  public String name() {
    return "process";
  }

  @Override
  public String isolation() {
    return context.isolation();
  }

  @Override
  public boolean outlivesDeployer() {
    return false;
  }

  /** Returns the memory of the machine, or of the container that this process runs in. */
  @Override
  public OptionalInt memoryMiB() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? OptionalInt.of((int) (system.getTotalMemorySize() >> 20))
        : OptionalInt.empty();
  }

  @Override
  public Optional<Installer> installer() {
    return installer;
  }

  @Override
  public String missingFor(Driver driver) {
    return HostPrograms.missingFor(driver);
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
    functions.remove(id);
  }

  @Override
  public void stop(FunctionId id) {
    functions.stop(id);
  }

  /**
   * Ends functions of this deployer alone: none outlives the deployer that started it. From now on
   * this one is active, and keeps the warm sandboxes that are wanted before the first use.
   */
  @Override
  public void retain(Set<FunctionId> wanted, Set<FunctionId> idle) {
    deployed().stream().filter(id -> !wanted.contains(id)).forEach(this::remove);
    warm.resume();
    warmSizes.ahead().keySet().stream()
        .flatMap(language -> drivers.get(language).stream())
        .filter(driver -> missingFor(driver).isEmpty())
        .forEach(warm::keep);
  }

  @Override
  public void release() {
    deployed().forEach(this::remove);
    warm.clear();
  }

  /** Returns the functions that are deployed, in whatever state. */
  Set<FunctionId> deployed() {
    return functions.deployed();
  }

  /** Ends all functions. The kernel kills sandboxes that have not ended in time. */
  @Override
  public void close() {
    warm.close();
    functions.close();
    context.close();
  }
}
