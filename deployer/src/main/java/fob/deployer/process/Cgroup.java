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
 * The control groups of one instance, which bound what all its processes use together. Thread-safe.
 *
 * @param directories one for each hierarchy
 * @param memoryEvents the file that counts the processes killed for lack of memory
 */
record Cgroup(List<Path> directories, Path memoryEvents) {

  private static final Logger LOGGER = LoggerFactory.getLogger(Cgroup.class);
  private static final String MEMBERS = "cgroup.procs";
  private static final int DELETE_TRIES = 100;
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(10);

  /**
   * A process joins the group by itself before it starts the program. If fob moved it from outside,
   * it might have forked before.
   */
  private static final String JOIN =
      "while [ \"$1\" != -- ]; do echo 0 > \"$1\" || exit 125; shift; done; shift; exec \"$@\"";

  Cgroup {
    directories = List.copyOf(directories);
  }

  /** Returns arguments that, before a command, run it and its children in this group. */
  List<String> join() {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", JOIN, "sh"));
    directories.forEach(directory -> command.add(directory.resolve(MEMBERS).toString()));
    command.add("--");
    return command;
  }

  /** Returns the ids of the processes in this group, as this process sees them. */
  Set<Long> processes() {
    Set<Long> ids = new HashSet<>();
    for (Path directory : directories) {
      try {
        Files.readAllLines(directory.resolve(MEMBERS)).forEach(id -> ids.add(Long.valueOf(id)));
      } catch (IOException gone) {
        LOGGER
            .atDebug()
            .addKeyValue("group", directory)
            .setCause(gone)
            .log("a control group has no processes");
      }
    }
    return ids;
  }

  /** Kills all processes at once if the kernel can; else a caller has to repeat it. */
  void kill() {
    for (Path directory : directories) {
      write(directory.resolve("pids.max"), "0"); // no process can fork while they are killed
      write(directory.resolve("cgroup.kill"), "1");
    }
  }

  private static void write(Path file, String value) {
    try {
      if (Files.exists(file)) {
        Files.writeString(file, value);
      }
    } catch (IOException gone) {
      LOGGER
          .atDebug()
          .addKeyValue("file", file)
          .setCause(gone)
          .log("a file of a control group could not be written");
    }
  }

  boolean ranOutOfMemory() {
    return count(memoryEvents, "oom_kill") > 0;
  }

  /** Returns how often a process failed to start another process or thread due to the bound. */
  long refusedProcesses() {
    return count(directories.getLast().resolve("pids.events"), "max");
  }

  /** Returns the bound of processes and threads, for people. */
  String mostProcesses() {
    try {
      return Files.readString(directories.getLast().resolve("pids.max")).strip();
    } catch (IOException gone) {
      return "processes and threads that it may have";
    }
  }

  private static long count(Path events, String event) {
    try {
      return Files.readAllLines(events).stream()
          .filter(line -> line.startsWith(event + " "))
          .mapToLong(line -> Long.parseLong(line.substring(event.length() + 1)))
          .sum();
    } catch (IOException gone) {
      return 0;
    }
  }

  /** Deletes the group after its last process, which the kernel may keep for a moment. */
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
