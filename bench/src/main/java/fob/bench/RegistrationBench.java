package fob.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * Measures the time from a registration to the first result: of a function without dependencies, of
 * one whose dependency has to be installed, and of one whose dependency is there. The function with
 * a dependency is {@code drivers/<language>/bench/add.*}. Each version of the dependency in the
 * file {@code versions.txt} is installed once.
 */
final class RegistrationBench {

  private static final String VERSION = "@VERSION@";
  private static final String WAIT = "Prefer: wait=120\r\n";

  private final InetSocketAddress fob;
  private final Report report;

  RegistrationBench(InetSocketAddress fob, Report report) {
    this.fob = fob;
    this.report = report;
  }

  /**
   * Makes all measurements of one language and prints their results.
   *
   * @param count how often a function is registered whose dependencies are there, or that has none
   */
  void run(String language, Adder adder, int count) throws IOException {
    try (HttpConnection http = new HttpConnection(fob)) {
      Histogram times = Latencies.none();
      for (int i = 0; i < count; i++) {
        Functions.remove(http, timed(http, adder, "", times));
      }
      say(language, "no dependencies", times);
      Path folder = Adder.folder(language, "bench");
      if (Files.isDirectory(folder)) {
        dependencies(http, Adder.in(folder, language), Files.readAllLines(versions(folder)), count);
      }
    }
  }

  private static Path versions(Path folder) {
    return folder.resolve("versions.txt");
  }

  private void dependencies(HttpConnection http, Adder adder, List<String> versions, int count)
      throws IOException {
    Histogram first = Latencies.none();
    Histogram again = Latencies.none();
    String kept = null;
    Adder last = adder;
    for (String version : versions) {
      if (kept != null) {
        Functions.remove(http, kept);
      }
      last = new Adder(adder.language(), adder.code().replace(VERSION, version));
      kept = timed(http, last, WAIT, first);
    }
    for (int i = 0; i < count; i++) {
      Functions.remove(http, timed(http, last, WAIT, again));
    }
    if (kept != null) {
      Functions.remove(http, kept);
    }
    say(adder.language(), "one dependency, installed for it", first);
    say(adder.language(), "one dependency, already installed", again);
  }

  private static String timed(HttpConnection http, Adder adder, String headers, Histogram times)
      throws IOException {
    long start = System.nanoTime();
    String id = adder.register(http, headers);
    adder.call(http, id);
    Latencies.record(times, System.nanoTime() - start);
    return id;
  }

  private void say(String language, String what, Histogram times) {
    report.say(
        String.format(
            Locale.ROOT,
            "%s: registration to first result, %s: p50 %.0f ms, p95 %.0f ms (%d times)",
            language,
            what,
            Latencies.millis(times, 50),
            Latencies.millis(times, 95),
            times.getTotalCount()));
  }
}
