package fob.bench.counts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The whole names of the threads of JVMs. The kernel knows only their first 15 characters, which
 * are the same for the broker's network threads and its request handlers. Used by one thread.
 */
final class ThreadNames {

  private static final Pattern LINE = Pattern.compile("^\"(.*)\" .*nid=(\\d+)[ ,].*$");
  private static final long PATIENCE_SECONDS = 20;

  /** By the ids of processes and the kernel's ids of their threads. */
  private final Map<Long, Map<Long, String>> known = new HashMap<>();

  /** Asks the JVMs in which some of these threads are not known yet. */
  void learn(Collection<ThreadId> threads) throws IOException, InterruptedException {
    Set<Long> unknown =
        threads.stream()
            .filter(thread -> thread.owner() != ThreadId.Owner.FUNCTION)
            .filter(thread -> !of(thread.process()).containsKey(thread.thread()))
            .map(ThreadId::process)
            .collect(Collectors.toUnmodifiableSet());
    for (long process : unknown) {
      known.computeIfAbsent(process, _ -> new HashMap<>()).putAll(parse(dump(process)));
    }
  }

  /** Returns the name of a thread, or {@code shortened} if its JVM did not tell it. */
  String name(ThreadId thread, String shortened) {
    return of(thread.process()).getOrDefault(thread.thread(), shortened);
  }

  private Map<Long, String> of(long process) {
    return known.getOrDefault(process, Map.of());
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
