package fob.deployer.process;

import fob.service.Backoff;
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
 * The processes of one sandbox, or of all sandboxes of one fob. They are recognised by their
 * control group, or else by the directory that their files are mounted from: a function can change
 * neither. Names and command lines prove nothing, as a process may rewrite its own. Thread-safe.
 *
 * @param cgroup the control group; empty if there is none
 * @param directory a directory of fob from which files are mounted into these sandboxes alone
 */
record SandboxProcesses(Optional<Cgroup> cgroup, Path directory) {

  private static final Path PROC = Path.of("/proc");
  private static final Backoff PAUSES =
      Backoff.doubling(Duration.ofMillis(1), Duration.ofMillis(50));

  /** Returns the ids of the processes that have not ended. */
  Set<Long> alive() {
    return cgroup.map(Cgroup::processes).orElseGet(this::mounting);
  }

  /** Kills the processes once. A process that is forked meanwhile may be missed. */
  void kill() {
    cgroup.ifPresent(Cgroup::kill);
    kill(alive());
  }

  private static void kill(Set<Long> processes) {
    processes.forEach(id -> ProcessHandle.of(id).ifPresent(ProcessHandle::destroyForcibly));
  }

  /**
   * Kills until no process is left.
   *
   * @return the ids of the processes that had not ended when the time was up
   */
  Set<Long> end(Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    Set<Long> left = alive();
    for (int kills = 1; !left.isEmpty() && System.nanoTime() < deadline; kills++) {
      cgroup.ifPresent(Cgroup::kill);
      kill(left);
      Threads.pause(PAUSES.delay(kills));
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
   * bubblewrap's inner process waits for its outer process before it mounts anything, and waits for
   * ever if the outer process was killed. No function runs in it by then, so its command line can
   * be trusted.
   */
  private static boolean isBeginning(long id, String mark) {
    String command = read(id, "cmdline");
    return command.startsWith("bwrap\0") && names(command, mark);
  }

  /** Returns the directory's path without the part that depends on where it is mounted. */
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

  /** Whether a text contains the path, and not only as the beginning of a longer one. */
  private static boolean names(String text, String path) {
    for (int at = text.indexOf(path); at >= 0; at = text.indexOf(path, at + 1)) {
      int end = at + path.length();
      if (end == text.length() || " /\0".indexOf(text.charAt(end)) >= 0) {
        return true;
      }
    }
    return false;
  }

  /** Reads a file of a process in {@code /proc}; empty if the process has just ended. */
  private static String read(long id, String file) {
    try {
      return Files.readString(
          PROC.resolve(Long.toString(id)).resolve(file), StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }
}
