package fob.deployer.process;

import fob.service.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control groups of one instance: the bound on what all its processes use together.
 *
 * @param directories one for each hierarchy
 * @param memoryEvents the file that counts the processes killed for want of memory
 */
record Cgroup(List<Path> directories, Path memoryEvents) {

  private static final Logger LOGGER = LoggerFactory.getLogger(Cgroup.class);
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

  /** The ids of the processes that are in here, as this process sees them. */
  Set<Long> processes() {
    Set<Long> ids = new HashSet<>();
    for (Path directory : directories) {
      try {
        Files.readAllLines(directory.resolve(MEMBERS)).forEach(id -> ids.add(Long.valueOf(id)));
      } catch (IOException gone) {
        LOGGER.atDebug().addKeyValue("group", directory).setCause(gone).log("no processes");
      }
    }
    return ids;
  }

  /** Kills all at once where the kernel can; else it takes more than one look at them. */
  void kill() {
    for (Path directory : directories) {
      write(directory.resolve("pids.max"), "0"); // nothing is forked while they are killed
      write(directory.resolve("cgroup.kill"), "1");
    }
  }

  private static void write(Path file, String value) {
    try {
      if (Files.exists(file)) {
        Files.writeString(file, value);
      }
    } catch (IOException gone) {
      LOGGER.atDebug().addKeyValue("file", file).setCause(gone).log("not written");
    }
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

  /** Once no process is left. The kernel may need a moment more for the last one. */
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
