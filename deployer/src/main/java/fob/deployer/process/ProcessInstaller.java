package fob.deployer.process;

import fob.deployer.Driver;
import fob.deployer.layer.InstallSettings;
import fob.deployer.layer.Installer;
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
import java.util.TreeMap;
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
  private static final String OUTPUT = "/fob/out";
  private static final String LOCK = "/fob/lock.json";

  /** The output is copied in the end, when nothing can fail it any more but its size. */
  private static final String COPY_OUTPUT =
      "\"$@\" 1>&2 && exec tar --hard-dereference -C " + OUTPUT + " -cf - .";

  /** Room for the installer itself, beside the packages in /tmp and the output. */
  private static final int OWN_MEMORY_MIB = 512;

  private static final int THREADS = 100;

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
            new Launcher(seesPackages, launcher.cgroups(), launcher.spawner(), launcher.network()),
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
      Job job = new Job(step, settings, context.runtime().driver(step.driver()), user, home);
      InstallerProcess process =
          new InstallerProcess(launcher.launch(job, run, "i" + number), settings, output);
      process.await(progress);
    } finally {
      Trees.delete(home);
    }
  }

  /** One step as a job. The code and the lock are copied, since their folder is fob's alone. */
  private record Job(
      Step step, InstallSettings settings, Path driverFiles, OptionalInt user, Path home)
      implements SandboxJob {

    @Override
    public Limits limits() {
      return new Limits(
          settings.timeout().compareTo(Limits.MAX_TIMEOUT) > 0
              ? Limits.MAX_TIMEOUT
              : settings.timeout(),
          THREADS,
          Math.min(Limits.MAX_MEMORY_MIB, OWN_MEMORY_MIB + 3 * settings.layerMiB()),
          1,
          true);
    }

    @Override
    public Sandbox.Files files(Path run) {
      List<String> more = new ArrayList<>();
      String size = Long.toString((long) settings.layerMiB() << 20);
      more.addAll(List.of("--perms", "0777", "--size", size, "--tmpfs", OUTPUT));
      Path lock = step.lock();
      if (lock != null) {
        more.addAll(List.of("--ro-bind", lock.toString(), LOCK));
      }
      return new Sandbox.Files(driverFiles, step.code(), run, Optional.empty(), null, more);
    }

    @Override
    public Map<String, String> environment(String run, String code, String secrets, String layer) {
      Map<String, String> all = new TreeMap<>();
      settings
          .variables()
          .forEach((name, value) -> {
            if (step.driver().file().settings().contains(name)) {
              all.put(name, value);
            }
          });
      String entry = step.entry();
      if (entry != null) {
        all.put("FOB_CODE_ENTRY", entry);
      }
      return all;
    }

    @Override
    public List<String> program() {
      List<String> program = new ArrayList<>(List.of("/bin/sh", "-c", COPY_OUTPUT, "sh"));
      program.addAll(step.driver().file().install());
      program.add(step.verb());
      return program;
    }
  }
}
