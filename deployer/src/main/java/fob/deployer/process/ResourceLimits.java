package fob.deployer.process;

import fob.deployer.local.Bounds;
import fob.function.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The resource limits of each process of a sandbox, soft and hard. fob sets all of them, so that
 * none depends on how fob was started. Where fob itself may have less, functions have fob's limit.
 * Only {@link #of} touches the machine.
 *
 * @param most fob's own limits, by the names of {@code /proc/self/limits}; a missing one is no
 *     limit
 */
record ResourceLimits(Map<String, Long> most) {

  private static final long UNLIMITED = Long.MAX_VALUE;
  private static final long MIB = 1024 * 1024;
  private static final int THREAD_STACK_MIB = 8;
  private static final int THREADS_BESIDE_CALLS = 8;
  private static final int LOCKED_KIB = 64;
  private static final int PENDING_SIGNALS = 1024;
  private static final int MESSAGE_QUEUE_BYTES = 819_200;

  /** A line of the file: the name, the soft limit, the hard limit. */
  private static final Pattern LINE = Pattern.compile("(Max [a-z ]+?) {2,}\\S+ +(\\d+)\\b.*");

  ResourceLimits {
    most = Map.copyOf(most);
  }

  /** Reads the limits of a process from {@code /proc/self}, or from a copy of it. */
  static ResourceLimits of(Path procSelf) throws IOException {
    Map<String, Long> most = new HashMap<>();
    for (String line : Files.readAllLines(procSelf.resolve("limits"))) {
      Matcher limit = LINE.matcher(line);
      if (limit.matches()) {
        most.put(limit.group(1), Long.valueOf(limit.group(2)));
      }
    }
    return new ResourceLimits(most);
  }

  /**
   * Returns arguments that set the limits before a command.
   *
   * @param limitData whether the memory of each process must be bounded
   */
  List<String> set(Limits limits, boolean limitData) {
    List<String> command = new ArrayList<>(List.of("prlimit"));
    command.add(option("as", "address space", UNLIMITED));
    command.add(option("core", "core file size", 0));
    command.add(option("cpu", "cpu time", UNLIMITED));
    command.add(option("data", "data size", limitData ? dataBytes(limits) : UNLIMITED));
    command.add(option("fsize", "file size", Bounds.temporaryBytes(limits)));
    command.add(option("locks", "file locks", UNLIMITED));
    command.add(option("memlock", "locked memory", LOCKED_KIB * 1024L));
    command.add(option("msgqueue", "msgqueue size", MESSAGE_QUEUE_BYTES));
    command.add(option("nice", "nice priority", 0));
    command.add(option("nofile", "open files", Bounds.OPEN_FILES));
    command.add(option("nproc", "processes", Bounds.mostProcesses(limits)));
    command.add(option("rss", "resident set", UNLIMITED));
    command.add(option("rtprio", "realtime priority", 0));
    command.add(option("rttime", "realtime timeout", UNLIMITED));
    command.add(option("sigpending", "pending signals", PENDING_SIGNALS));
    command.add(option("stack", "stack size", THREAD_STACK_MIB * MIB));
    command.add("--");
    return command;
  }

  /** The kernel counts the whole stack of each thread, also the part that is never used. */
  private static long dataBytes(Limits limits) {
    long stacks = (long) (limits.concurrency() + THREADS_BESIDE_CALLS) * THREAD_STACK_MIB;
    return (limits.memoryMiB() + stacks) * MIB;
  }

  private String option(String name, String label, long wanted) {
    long value = Math.min(wanted, most.getOrDefault("Max " + label, UNLIMITED));
    return "--%s=%s".formatted(name, value == UNLIMITED ? "unlimited" : Long.toString(value));
  }
}
