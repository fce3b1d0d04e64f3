package fob.deployer.process;

import fob.service.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The control groups of one instance: the bound on what all its processes use together.
 *
 * @param directories one for each hierarchy
 * @param memoryEvents the file that counts the processes killed for want of memory
 */
record Cgroup(List<Path> directories, Path memoryEvents) {

  private static final String MEMBERS = "cgroup.procs";
  private static final int DELETE_TRIES = 100;
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(10);

  /**
   * A process joins by itself before it becomes what it shall be: moved from outside, it might have
   * forked already.
   */
  private static final String JOIN =
      "while [ \"$1\" != -- ]; do echo 0 > \"$1\" || exit 125; shift; done; shift; exec \"$@\"";

  Cgroup {
    directories = List.copyOf(directories);
  }

  /** Before a command, makes it and all its children run in here. */
  List<String> join() {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", JOIN, "sh"));
    directories.forEach(directory -> command.add(directory.resolve(MEMBERS).toString()));
    command.add("--");
    return command;
  }

  boolean ranOutOfMemory() {
    return counts(memoryEvents, "oom_kill");
  }

  /** Whether it wanted more processes and threads than it may have. */
  boolean ranOutOfProcesses() {
    return counts(directories.getLast().resolve("pids.events"), "max");
  }

  private static boolean counts(Path events, String event) {
    try {
      return Files.readAllLines(events).stream()
          .filter(line -> line.startsWith(event + " "))
          .anyMatch(line -> !line.endsWith(" 0"));
    } catch (IOException gone) {
      return false;
    }
  }

  /** Waits a little for the last processes to be gone. */
  void delete() {
    for (Path directory : directories) {
      for (int tries = 0; tries < DELETE_TRIES && !delete(directory); tries++) {
        Threads.pause(BETWEEN_TRIES);
      }
    }
  }

  static boolean delete(Path directory) {
    try {
      Files.deleteIfExists(directory);
      return true;
    } catch (IOException busy) {
      return false;
    }
  }
}
