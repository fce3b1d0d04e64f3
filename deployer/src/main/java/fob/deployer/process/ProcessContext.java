package fob.deployer.process;

import fob.function.Limits;
import fob.service.Loops;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts that all functions of one process platform use. They were tried on this machine.
 * Thread-safe.
 *
 * @param users the user ids of sandboxes on the host
 * @param network a description of the network that functions may use, for people
 */
record ProcessContext(RuntimeDirectory runtime, HostUser users, Launcher launcher, String network)
    implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(ProcessContext.class);
  private static final Path ROOT = Path.of("/");
  private static final Path PROC_SELF = Path.of("/proc/self");

  /** Every Linux has it, and it is empty after a start of the machine. */
  private static final Path LOCKS = Path.of("/run");

  private static final String ADVICE =
      " (it takes bubblewrap 0.8 or newer, as in apt-get install bubblewrap, and user namespaces:"
          + " sysctl kernel.unprivileged_userns_clone=1,"
          + " kernel.apparmor_restrict_unprivileged_userns=0; or choose another platform, or trust"
          + " every function with FOB_UNSAFE_NO_SANDBOX=true)";

  /**
   * Makes all parts and tries them with a sandbox.
   *
   * @throws IOException if sandboxes do not work here; the message is for the user
   */
  static ProcessContext start(ProcessConfig config, Loops loops) throws IOException {
    Files.createDirectories(config.logDirectory());
    RandomGenerator random = RandomGenerator.getDefault();
    HostUser users =
        config.unsafeNoSandbox() ? HostUser.sameAsFob() : HostUser.of(PROC_SELF, LOCKS, random);
    try {
      return start(
          config,
          users,
          RuntimeDirectory.create(config.runtimeParent(), users.canBecomeAnother(), random),
          loops);
    } catch (IOException | RuntimeException e) {
      users.close();
      throw e;
    }
  }

  private static ProcessContext start(
      ProcessConfig config, HostUser users, RuntimeDirectory runtime, Loops loops)
      throws IOException {
    Spawner spawner = new Spawner(loops);
    ForkBombs forkBombs = new ForkBombs(loops.timer("fork-bombs"));
    try {
      ProcessContext context =
          NetworkChoice.apply(config, start(config, users, runtime, spawner, forkBombs));
      LOGGER
          .atInfo()
          .addKeyValue("isolation", context.isolation())
          .addKeyValue("runtime", runtime.name())
          .log("sandboxes work");
      return context;
    } catch (IOException | RuntimeException e) {
      forkBombs.close();
      spawner.close();
      runtime.close();
      throw e;
    }
  }

  private static ProcessContext start(
      ProcessConfig config,
      HostUser users,
      RuntimeDirectory runtime,
      Spawner spawner,
      ForkBombs forkBombs)
      throws IOException {
    Optional<Cgroups> cgroups = Cgroups.create(PROC_SELF, GroupOwner.self().nameFor(runtime));
    cgroups.ifPresent(Cgroups::sweep);
    LeftRuntimes.sweep(runtime.path());
    try {
      if (!config.unsafeNoSandbox()) {
        runtime.writeFilters();
      }
    } catch (IOException e) {
      cgroups.ifPresent(Cgroups::delete);
      throw new IOException("functions cannot be isolated here: " + e.getMessage(), e);
    }
    try {
      return proven(config, users, runtime, spawner, forkBombs, cgroups);
    } catch (IOException e) {
      cgroups.ifPresent(Cgroups::delete);
      if (cgroups.isEmpty()) {
        throw refusal(e);
      }
      LOGGER.atDebug().setCause(e).log("sandboxes do not work with control groups; trying without");
    }
    try {
      return proven(config, users, runtime, spawner, forkBombs, Optional.empty());
    } catch (IOException e) {
      throw refusal(e);
    }
  }

  private static ProcessContext proven(
      ProcessConfig config,
      HostUser users,
      RuntimeDirectory runtime,
      Spawner spawner,
      ForkBombs forkBombs,
      Optional<Cgroups> cgroups)
      throws IOException {
    Sandbox sandbox =
        config.unsafeNoSandbox()
            ? null
            : new Sandbox(
                HostLayout.of(ROOT, runtime.common().empty()),
                runtime.common(),
                ResourceLimits.of(PROC_SELF),
                cgroups.isEmpty());
    Launcher launcher = new Launcher(sandbox, cgroups, spawner, Optional.empty(), forkBombs);
    ProcessContext context = new ProcessContext(runtime, users, launcher, NetworkChoice.HOST);
    Preflight.run(context, Limits.DEFAULT);
    return context;
  }

  private static IOException refusal(IOException why) {
    return new IOException("functions cannot be isolated here: " + why.getMessage() + ADVICE, why);
  }

  String isolation() {
    return Isolation.of(launcher, network);
  }

  @Override
  public void close() {
    launcher.forkBombs().close();
    launcher.spawner().close();
    launcher.cgroups().ifPresent(Cgroups::delete);
    runtime.close();
    users.close();
  }
}
