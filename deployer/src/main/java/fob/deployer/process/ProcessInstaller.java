package fob.deployer.process;

import fob.deployer.Driver;
import fob.deployer.layer.InstallSettings;
import fob.deployer.layer.Installer;
import fob.deployer.layer.StepRun;
import fob.deployer.local.Trees;
import fob.function.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * Runs installers in bubblewrap sandboxes that have a network, no secrets, and nothing of other
 * functions. The output stays in the memory of the sandbox, and comes out as a tar archive that is
 * not trusted. Thread-safe.
 *
 * @param launcher starts sandboxes that see what the host has installed
 * @param numbers gives numbers that no function of this platform has
 */
record ProcessInstaller(
    ProcessContext context, Launcher launcher, InstallSettings settings, IntSupplier numbers)
    implements Installer {

  private static final Path ROOT = Path.of("/");
  private static final Path SYSTEM = Path.of("/etc/os-release");

  /** Returns the installer of a platform; empty if it has no sandboxes. */
  static Optional<Installer> of(
      ProcessContext context, InstallSettings settings, IntSupplier numbers) throws IOException {
    Launcher launcher = context.launcher();
    Sandbox sandbox = launcher.sandbox();
    if (sandbox == null) {
      return Optional.empty();
    }
    Sandbox seesPackages =
        new Sandbox(
            sandbox.layout().forInstallers(ROOT),
            sandbox.common(),
            sandbox.resources(),
            sandbox.limitDataPerProcess());
    return Optional.of(
        new ProcessInstaller(
            context,
            new Launcher(
                seesPackages,
                launcher.cgroups(),
                launcher.spawner(),
                launcher.network(),
                launcher.forkBombs()),
            settings,
            numbers));
  }

  /** Native code in packages depends on the processor, the system, and the language's version. */
  @Override
  public String runtimeOf(Driver driver) {
    List<String> parts = new ArrayList<>(List.of("process", System.getProperty("os.arch", "")));
    try {
      Files.readAllLines(SYSTEM).stream()
          .filter(line -> line.startsWith("ID=") || line.startsWith("VERSION_ID="))
          .forEach(parts::add);
      for (String program : new TreeSet<>(driver.file().requires())) {
        parts.add(Path.of(program).toRealPath().toString());
      }
    } catch (IOException unknown) {
      parts.add("unknown");
    }
    return String.join(" ", parts);
  }

  @Override
  public Path directory() {
    return context.runtime().layers();
  }

  @Override
  public void run(Step step, Path output, Consumer<String> progress)
      throws IOException, InterruptedException {
    int number = numbers.getAsInt();
    OptionalInt user = context.users().idFor(number);
    Path home = Trees.directory(context.runtime().function(number), "rwx--x--x");
    try {
      Path run = Trees.directory(home.resolve("run"), "rwx------");
      Trees.give(run, user);
      StepRun stepRun = new StepRun(step, settings);
      Job job = new Job(stepRun, context.runtime().driver(step.driver()), user, home);
      InstallerProcess process =
          new InstallerProcess(launcher.launch(job, run, "i" + number), settings, output);
      process.await(progress);
    } finally {
      Trees.delete(home);
    }
  }

  /** One step as a job. The code and the lock are copied, since their folder is fob's alone. */
  private record Job(StepRun step, Path driverFiles, OptionalInt user, Path home)
      implements SandboxJob {

    @Override
    public Limits limits() {
      return step.limits();
    }

    @Override
    public Sandbox.Files files(Path run) {
      List<String> more = new ArrayList<>();
      String size = Long.toString(step.outputBytes());
      more.addAll(List.of("--perms", "0777", "--size", size, "--tmpfs", StepRun.OUTPUT));
      Path lock = step.step().lock();
      if (lock != null) {
        more.addAll(List.of("--ro-bind", lock.toString(), StepRun.LOCK));
      }
      return new Sandbox.Files(driverFiles, step.step().code(), run, Optional.empty(), null, more);
    }

    @Override
    public Map<String, String> environment(String run, String code, String secrets, String layer) {
      return step.environment();
    }

    @Override
    public List<String> program() {
      return step.program();
    }
  }
}
