package fob.deployer.process;

import fob.deployer.Driver;
import fob.deployer.local.InstanceSecrets;
import fob.function.Limits;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts sandboxes. Thread-safe.
 *
 * @param sandbox null: functions run as plain processes
 * @param network of functions that may use one; empty: the host's
 * @param forkBombs gets the instances of functions to watch
 */
record Launcher(
    @Nullable Sandbox sandbox,
    Optional<Cgroups> cgroups,
    Spawner spawner,
    Optional<OwnNetwork> network,
    ForkBombs forkBombs) {

  private static final Logger LOGGER = LoggerFactory.getLogger(Launcher.class);
  private static final int OOM_SCORE = 500;
  private static final int MOST_SAID = 2000;
  private static final Duration LONGEST_END = Duration.ofSeconds(5);
  private static final String HOST_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /**
   * It opens the descriptors of {@link Sandbox}: the filter is a file, and the set-up comes through
   * a pipe. bubblewrap closes both before it starts the driver.
   *
   * <p>bubblewrap asks the kernel to be killed with its parent, but fob may have been killed before
   * that. So {@link HostUser#become} asks the kernel first, and then this script checks that fob is
   * still its parent. The score lets the kernel kill functions before fob if memory runs out.
   */
  private static final String PREPARE =
      "[ \"$PPID\" = \"$0\" ] || exit 1; umask 022; exec 3<\"$1\" 4<&0 </dev/null; shift;"
          + " { echo %d >/proc/self/oom_score_adj; } 2>/dev/null; exec \"$@\"".formatted(OOM_SCORE);

  /** A process inherits ignored signals, such as SIGHUP under nohup, and a shell cannot undo it. */
  private static final List<String> NO_SIGNAL_IGNORED = List.of("env", "--default-signal", "--");

  /** A started process, and the parts that are removed after its end. */
  record Launched(
      Process process,
      Optional<Cgroup> cgroup,
      SandboxProcesses processes,
      Optional<NetworkHelper> helper) {}

  /** Whether a function with these limits uses the host's own network. */
  boolean sharesNetwork(Limits limits) {
    return limits.network() && network.isEmpty();
  }

  /**
   * @param run the directory for its socket
   */
  Launched launch(SandboxJob job, Path run, String group) throws IOException {
    Limits limits = job.limits();
    Optional<Cgroup> cgroup = Optional.empty();
    if (cgroups.isPresent()) {
      cgroup = Optional.of(cgroups.get().create(group, limits));
    }
    Optional<OwnNetwork> own = network.filter(_ -> limits.network());
    try {
      Start start = start(job, run, cgroup, own);
      Process process = spawner.start(start.builder());
      SandboxProcesses processes = new SandboxProcesses(cgroup, run);
      Optional<NetworkHelper> helper = Optional.empty();
      if (own.isPresent()) {
        helper = Optional.of(connect(own.get(), process, processes));
      }
      send(start.input(), process);
      return new Launched(process, cgroup, processes, helper);
    } catch (IOException e) {
      cgroup.ifPresent(Cgroup::delete);
      throw e;
    }
  }

  private static NetworkHelper connect(
      OwnNetwork network, Process process, SandboxProcesses processes) throws IOException {
    try {
      return network.connect(process);
    } catch (IOException e) {
      process
          .toHandle()
          .destroyForcibly(); // unlike Process.destroyForcibly, it leaves the pipes open
      processes.end(LONGEST_END);
      String said =
          new String(process.getErrorStream().readNBytes(MOST_SAID), StandardCharsets.UTF_8);
      throw new IOException("it got no network: " + (said + "\n" + e.getMessage()).strip(), e);
    }
  }

  /**
   * A process to start.
   *
   * @param input what it reads as its input
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Start(ProcessBuilder builder, byte[] input) {}

  private Start start(SandboxJob job, Path run, Optional<Cgroup> cgroup, Optional<OwnNetwork> own)
      throws IOException {
    List<String> command = new ArrayList<>();
    cgroup.ifPresent(group -> command.addAll(group.join()));
    if (cgroups.flatMap(Cgroups::cpuParent).isEmpty()) {
      command.addAll(CpuShare.of(job.limits()).nice());
    }
    if (sandbox == null) {
      return unprotected(job, run, command);
    }
    if (own.isPresent()) {
      command.addAll(own.get().enter());
    }
    command.addAll(HostUser.become(job.user()));
    command.addAll(NO_SIGNAL_IGNORED);
    command.addAll(List.of("sh", "-c", PREPARE, String.valueOf(ProcessHandle.current().pid())));
    command.add(sandbox.filter(job.limits()).toString());
    Sandbox.Command bubblewrap =
        sandbox.command(
            job.files(run),
            job.limits(),
            job.environment(Sandbox.RUN, Sandbox.CODE, InstanceSecrets.DIRECTORY, Sandbox.LAYER),
            job.program());
    command.addAll(bubblewrap.line());
    return new Start(clean(command), bubblewrap.input());
  }

  /** Returns the driver's command without a sandbox. The driver ends with fob all the same. */
  private static Start unprotected(SandboxJob job, Path run, List<String> command) {
    Sandbox.Files files = job.files(run);
    command.addAll(List.of("setpriv", "--pdeathsig", "KILL", "--"));
    for (String arg : job.program()) {
      command.add(arg.replace(Sandbox.DRIVER, files.driver().toString()));
    }
    ProcessBuilder builder = clean(command).directory(new File("/tmp"));
    Map<String, String> environment = builder.environment();
    environment.putAll(
        job.environment(
            run.toString(),
            files.code().toString(),
            files.secrets().map(Path::toString).orElse(""),
            String.valueOf(files.layer())));
    environment.putAll(Map.of("PATH", Sandbox.PATH, "LANG", "C.UTF-8"));
    environment.put(Driver.NETWORK, "true"); // without a sandbox it has the host's
    return new Start(builder, new byte[0]);
  }

  private static void send(byte[] input, Process process) {
    try (OutputStream to = process.getOutputStream()) {
      to.write(input);
    } catch (IOException e) {
      LOGGER.atDebug().setCause(e).log("a sandbox has ended early; its exit code tells why");
    }
  }

  /**
   * Returns the processes in the sandbox that must get a signal to the driver. Two processes of
   * bubblewrap are in between, one outside and process 1 inside, which pass no signals on.
   */
  Stream<ProcessHandle> driver(Process process) {
    return sandbox == null
        ? Stream.of(process.toHandle())
        : process.children().flatMap(ProcessHandle::children);
  }

  static ProcessBuilder clean(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    // A sandbox can read the environment of its process 1, which inherits this one.
    builder.environment().clear();
    builder.environment().put("PATH", HOST_PATH);
    return builder;
  }
}
