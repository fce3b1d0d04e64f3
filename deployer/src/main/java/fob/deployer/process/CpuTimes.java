package fob.deployer.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.StringTokenizer;

/**
 * Reads from {@code /proc} how much processor time a process and all its descendants have used. It
 * reads these processes alone: to read all processes of the machine would cost too much where many
 * functions run. Thread-safe.
 *
 * @param proc the directory {@code /proc}
 */
record CpuTimes(Path proc) {

  /** The unit of times in {@code /proc}, the same on every Linux that Java runs on. */
  private static final Duration TICK = Duration.ofMillis(10);

  /** A function may have hundreds of processes; some of them tell enough. */
  private static final int MOST_PROCESSES = 100;

  /** The indexes in {@code stat} of the fields after the name, which may contain blanks. */
  private static final int UTIME = 11;

  private static final int CSTIME = 14;

  Duration of(long pid) {
    long ticks = 0;
    Deque<String> left = new ArrayDeque<>();
    left.add(Long.toString(pid));
    for (int seen = 0; seen < MOST_PROCESSES && !left.isEmpty(); seen++) {
      Path process = proc.resolve(left.remove());
      try {
        ticks += ticks(Files.readString(process.resolve("stat")));
        addChildren(process.resolve("task"), left);
      } catch (IOException ended) {
        // The process has ended: the kernel counts its time for its parent from now on.
      }
    }
    return TICK.multipliedBy(ticks);
  }

  private static long ticks(String stat) {
    StringTokenizer fields = new StringTokenizer(stat.substring(stat.lastIndexOf(')') + 1));
    long ticks = 0;
    for (int field = 0; field <= CSTIME && fields.hasMoreTokens(); field++) {
      String value = fields.nextToken();
      ticks += field < UTIME ? 0 : Long.parseLong(value);
    }
    return ticks;
  }

  private static void addChildren(Path threads, Deque<String> found) throws IOException {
    try (DirectoryStream<Path> each = Files.newDirectoryStream(threads)) {
      for (Path thread : each) {
        StringTokenizer children =
            new StringTokenizer(Files.readString(thread.resolve("children")));
        while (children.hasMoreTokens()) {
          found.add(children.nextToken());
        }
      }
    }
  }
}
