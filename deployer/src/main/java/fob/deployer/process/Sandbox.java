package fob.deployer.process;

import fob.deployer.local.Bounds;
import fob.deployer.local.InstanceSecrets;
import fob.function.Limits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the commands of sandboxes: files, rights, and the limits of each process. Nothing here
 * touches the machine. Immutable.
 *
 * @param layout the host's files that every sandbox sees
 * @param common fob's files that every sandbox sees or uses
 * @param resources the limits of each process
 * @param limitDataPerProcess whether the memory of each process must be bounded, as there is no
 *     control group that bounds all processes together
 */
record Sandbox(
    HostLayout layout, Common common, ResourceLimits resources, boolean limitDataPerProcess) {

  static final String DRIVER = "/fob/driver";
  static final String CODE = "/fob/code";
  static final String RUN = "/fob/run";
  static final String LAYER = "/fob/layer";
  static final String PATH = "/usr/local/bin:/usr/bin:/bin";

  /** The user id that a function sees. On the host it has another one. */
  static final String USER = "1000";

  /** The descriptor from which bubblewrap reads the filter of system calls. */
  private static final String FILTER_DESCRIPTOR = "3";

  /** The descriptor from which bubblewrap reads its other arguments. */
  private static final String SET_UP_DESCRIPTOR = "4";

  /**
   * The files of fob that all its sandboxes use.
   *
   * @param etc a directory with {@code passwd}, {@code group} and {@code hosts}
   * @param empty a directory that sandboxes see instead of hidden ones
   * @param filter the filter of system calls; must be open as descriptor 3
   */
  record Common(Path etc, Path empty, Path filter, Path filterWithNetwork) {}

  /**
   * The files of fob that one instance sees.
   *
   * @param run the directory for the socket, the only one that the instance may write to
   * @param secrets the directory with the secrets; empty if it has none
   * @param layer the dependencies; null if there are none
   * @param more arguments of bubblewrap for other files
   */
  record Files(
      Path driver,
      Path code,
      Path run,
      Optional<Path> secrets,
      @Nullable Path layer,
      List<String> more) {

    Files {
      more = List.copyOf(more);
    }
  }

  /**
   * How bubblewrap is started. Everybody on the machine can read a command line, so it holds only
   * what tells nothing of the function; bubblewrap reads the rest from a descriptor.
   *
   * @param setUp arguments of bubblewrap that it reads from descriptor 4
   * @param line the command line, which asks for these
   */
  record Command(List<String> setUp, List<String> line) {

    Command {
      // A NUL ends an argument there, so what follows would be an argument of its own.
      if (setUp.stream().anyMatch(argument -> argument.indexOf('\0') >= 0)) {
        throw new IllegalArgumentException("an argument of bubblewrap contains a NUL");
      }
      setUp = List.copyOf(setUp);
      line = List.copyOf(line);
    }

    /** Returns the set-up in bubblewrap's form. */
    byte[] input() {
      return String.join("\0", setUp).concat("\0").getBytes(StandardCharsets.UTF_8);
    }
  }

  Command command(
      Files files, Limits limits, Map<String, String> environment, List<String> program) {
    List<String> setUp = new ArrayList<>(isolation(limits));
    setUp.addAll(environment(environment));
    setUp.addAll(fileSystem(files, limits));
    List<String> line = new ArrayList<>(List.of("bwrap", "--args", SET_UP_DESCRIPTOR));
    // By this directory SandboxProcesses recognises a bubblewrap that has not mounted it yet.
    line.addAll(List.of("--bind", files.run() + "", RUN));
    line.addAll(List.of("--remount-ro", "/", "--chdir", "/tmp", "--"));
    // Inside of the sandbox, as the kernel (5.14 and newer) counts processes for each user
    // namespace apart: set outside, the processes of all of fob's user would count.
    line.addAll(resources.set(limits, limitDataPerProcess));
    line.addAll(program);
    return new Command(setUp, line);
  }

  Path filter(Limits limits) {
    return limits.network() ? common.filterWithNetwork() : common.filter();
  }

  private static List<String> isolation(Limits limits) {
    List<String> args = new ArrayList<>();
    args.addAll(List.of("--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-uts"));
    args.add("--unshare-cgroup-try");
    if (!limits.network()) {
      args.add("--unshare-net");
    }
    args.addAll(List.of("--uid", USER, "--gid", USER, "--hostname", "fob"));
    args.addAll(List.of("--cap-drop", "ALL", "--disable-userns"));
    args.addAll(List.of("--seccomp", FILTER_DESCRIPTOR));
    // Process 1 stays bubblewrap's: it reaps, and the kernel spares a process 1 its own signals.
    args.addAll(List.of("--die-with-parent", "--new-session"));
    return args;
  }

  private static List<String> environment(Map<String, String> environment) {
    Map<String, String> all = new TreeMap<>(environment);
    all.putAll(Map.of("PATH", PATH, "LANG", "C.UTF-8", "HOME", "/tmp", "TMPDIR", "/tmp"));
    List<String> args = new ArrayList<>(List.of("--clearenv"));
    all.forEach((name, value) -> args.addAll(List.of("--setenv", name, value)));
    return args;
  }

  private List<String> fileSystem(Files files, Limits limits) {
    String bound = Long.toString(Bounds.temporaryBytes(limits));
    List<String> args = new ArrayList<>(layout.programs());
    if (limits.network()) {
      args.addAll(layout.network());
    } else {
      args.addAll(List.of("--ro-bind", common.etc().resolve("hosts") + "", "/etc/hosts"));
    }
    args.addAll(List.of("--ro-bind", common.etc().resolve("passwd") + "", "/etc/passwd"));
    args.addAll(List.of("--ro-bind", common.etc().resolve("group") + "", "/etc/group"));
    args.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
    // Process 1 has the function's user, so its memory could be written to: it is out of sight.
    args.addAll(List.of("--ro-bind", common.empty() + "", "/proc/1"));
    // /dev and / are file systems in memory that bubblewrap leaves writable, up to half of the
    // host's memory each; so they are closed, and what must be writable gets a size.
    args.addAll(List.of("--perms", "1777", "--size", bound, "--tmpfs", "/dev/shm"));
    args.addAll(List.of("--remount-ro", "/dev"));
    args.addAll(List.of("--perms", "1777", "--size", bound, "--tmpfs", "/tmp"));
    args.addAll(List.of("--ro-bind", files.driver() + "", DRIVER));
    args.addAll(List.of("--ro-bind", files.code() + "", CODE));
    files
        .secrets()
        .ifPresent(
            secrets -> args.addAll(List.of("--ro-bind", secrets + "", InstanceSecrets.DIRECTORY)));
    if (files.layer() != null) {
      args.addAll(List.of("--ro-bind", files.layer() + "", LAYER));
    }
    args.addAll(files.more());
    return args;
  }
}
