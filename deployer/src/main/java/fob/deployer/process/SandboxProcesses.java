package fob.deployer.process;

import fob.service.Threads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The processes of one sandbox, or of all sandboxes of one fob, recognised by what the kernel keeps
 * and no function can change: its control group, or else what its files are mounted from. Names and
 * command lines prove nothing, as a process may rewrite its own. Thread-safe.
 *
 * @param cgroup complete where there is one
 * @param directory of fob's, from which files are mounted into these sandboxes alone
 */
record SandboxProcesses(Optional<Cgroup> cgroup, Path directory) {

  private static final Path PROC = Path.of("/proc");
  private static final Duration FIRST_PAUSE = Duration.ofMillis(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(50);

  /** Process ids of what lives. */
  Set<Long> alive() {
    return cgroup.map(Cgroup::processes).orElseGet(this::mounting);
  }

  /** Kills what lives now; what is forked meanwhile may be missed. */
  void kill() {
    cgroup.ifPresent(Cgroup::kill);
    kill(alive());
  }

  private static void kill(Set<Long> processes) {
    processes.forEach(id -> ProcessHandle.of(id).ifPresent(ProcessHandle::destroyForcibly));
  }

  /**
   * Kills, and looks again until nothing is left.
   *
   * @return what lived still when the time was up
   */
  Set<Long> end(Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    Duration pause = FIRST_PAUSE;
    Set<Long> left = alive();
    while (!left.isEmpty() && System.nanoTime() < deadline) {
      cgroup.ifPresent(Cgroup::kill);
      kill(left);
      Threads.pause(pause);
      Duration doubled = pause.multipliedBy(2);
      pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
      left = alive();
    }
    return left;
  }

  private Set<Long> mounting() {
    String mark = mark();
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(id -> names(read(id, "mountinfo"), mark) || isBeginning(id, mark))
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Bubblewrap's inner half waits for a word of its outer half before it mounts anything, and waits
   * for ever if that has been killed. Until then it is nothing but bubblewrap, whose command line
   * is true.
   */
  private static boolean isBeginning(long id, String mark) {
    String command = read(id, "cmdline");
    return command.startsWith("bwrap\0") && names(command, mark);
  }

  /** A path below its file system, which may be mounted anywhere. */
  private String mark() {
    Path path = directory.toAbsolutePath().normalize();
    int first = 0;
    for (int i = 0; i < path.getNameCount(); i++) {
      if (path.getName(i).toString().startsWith(RuntimeDirectory.PREFIX)) {
        first = i;
      }
    }
    return "/" + path.subpath(first, path.getNameCount());
  }

  /** Whether a text has the path, not as the beginning of a longer name. */
  private static boolean names(String text, String path) {
    for (int at = text.indexOf(path); at >= 0; at = text.indexOf(path, at + 1)) {
      int end = at + path.length();
      if (end == text.length() || " /\0".indexOf(text.charAt(end)) >= 0) {
        return true;
      }
    }
    return false;
  }

  /** Empty if the process has just ended. */
  private static String read(long id, String file) {
    try {
      return Files.readString(
          PROC.resolve(Long.toString(id)).resolve(file), StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }
}
