package fob.bench.counts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The whole names of the threads of JVMs. The kernel knows only their first 15 characters, which
 * are the same for the broker's network threads and its request handlers. Used by one thread.
 */
final class ThreadNames {

  private static final Pattern LINE = Pattern.compile("^\"(.*)\" .*nid=(\\d+)[ ,].*$");
  private static final long PATIENCE_SECONDS = 20;

  private final Map<ThreadId, String> known = new HashMap<>();

  /** Asks the JVMs in which some of these threads are not known yet. */
  void learn(Iterable<ThreadId> threads) throws IOException, InterruptedException {
    Map<Long, ThreadId> unknown = new HashMap<>();
    for (ThreadId thread : threads) {
      if (thread.owner() != ThreadId.Owner.FUNCTION && !known.containsKey(thread)) {
        unknown.put(thread.process(), thread);
      }
    }
    for (ThreadId any : unknown.values()) {
      parse(dump(any.process()))
          .forEach((id, name) -> known.put(new ThreadId(any.owner(), any.process(), id), name));
    }
  }

  /** Returns the name of a thread, or {@code shortened} if its JVM did not tell it. */
  String name(ThreadId thread, String shortened) {
    return known.getOrDefault(thread, shortened);
  }

  /** Returns the names in a thread dump, by the kernel's ids. */
  static Map<Long, String> parse(String dump) {
    Map<Long, String> names = new HashMap<>();
    dump.lines()
        .map(LINE::matcher)
        .filter(Matcher::matches)
        .forEach(line -> names.put(Long.parseLong(line.group(2)), line.group(1)));
    return names;
  }

  private static Process end(Process process) {
    return process.destroyForcibly();
  }

  /** Returns a JVM's thread dump; empty if it has ended. */
  private static String dump(long process) throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process dumper =
        new ProcessBuilder(jcmd.toString(), Long.toString(process), "Thread.print")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    dumper.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).exceptionally(_ -> end(dumper));
    return new String(dumper.getInputStream().readAllBytes(), UTF_8);
  }
}
