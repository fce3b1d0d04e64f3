package fob.bench;

import fob.service.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Compares registrations with and without warm sandboxes, by two fobs in turns: one after the
 * other, a hundred at once, and behind functions that sleep while they are imported.
 */
final class WarmBench {

  private static final String SETTING = "FOB_WARM_SANDBOXES";
  private static final int AT_ONCE = 100;
  private static final int SLEEPERS = 20;
  private static final String SLEEPER =
      "import time\ntime.sleep(10)\ndef callme():\n    return 1\n";

  /** Until then, warm sandboxes that were taken have been replaced. */
  private static final Duration SETTLED = Duration.ofSeconds(3);

  private final Report report;
  private final int count;
  private final int rounds;

  /**
   * @param count how many functions are registered in a round, one after the other
   */
  WarmBench(Report report, int count, int rounds) {
    this.report = report;
    this.count = count;
    this.rounds = rounds;
  }

  /**
   * Makes all measurements and prints their results.
   *
   * @param sizes the values of the setting that are compared, as {@code 0} and {@code 2}
   */
  void run(List<String> sizes) throws IOException {
    Map<String, ForkedFob> fobs = new LinkedHashMap<>();
    try {
      for (String size : sizes) {
        fobs.put(size, ForkedFob.start("--setting", SETTING + "=" + size));
      }
      oneAfterTheOther(fobs);
      for (Map.Entry<String, ForkedFob> each : fobs.entrySet()) {
        atOnce(each.getKey(), each.getValue());
        behindSleepers(each.getKey(), each.getValue());
        memory(each.getKey(), each.getValue());
      }
    } finally {
      fobs.values().forEach(ForkedFob::close);
    }
  }

  private void oneAfterTheOther(Map<String, ForkedFob> fobs) throws IOException {
    Map<String, Histogram> times = new LinkedHashMap<>();
    for (ForkedFob fob : fobs.values()) {
      Registrations.measure(fob.http(), count); // fob's JVM warms up
    }
    for (int i = 0; i < rounds; i++) {
      for (Map.Entry<String, ForkedFob> each : fobs.entrySet()) {
        Threads.pause(SETTLED);
        Histogram all = times.computeIfAbsent(each.getKey(), _ -> Latencies.none());
        Registrations.measure(each.getValue().http(), count, all);
      }
    }
    for (Map.Entry<String, Histogram> each : times.entrySet()) {
      say(each.getKey(), "one after the other, in " + rounds + " rounds:");
      report.registrations(each.getValue());
    }
  }

  private void atOnce(String size, ForkedFob fob) throws IOException {
    long start = System.nanoTime();
    List<String> ids = Registrations.atOnce(fob.http(), AT_ONCE);
    say(size, AT_ONCE + " at once have all replied after " + seconds(since(start)));
    Registrations.remove(fob.http(), ids);
  }

  private void behindSleepers(String size, ForkedFob fob) throws IOException {
    List<String> ids = new ArrayList<>();
    double time;
    try (HttpConnection http = new HttpConnection(fob.http())) {
      for (int i = 0; i < SLEEPERS; i++) {
        ids.add(Registrations.register(http, SLEEPER));
      }
      long start = System.nanoTime();
      ids.add(Registrations.register(http, NoOp.CODE));
      Registrations.call(http, ids.getLast());
      time = since(start);
    }
    say(
        size,
        "behind "
            + SLEEPERS
            + " functions that sleep while they load: first 200 after "
            + seconds(time));
    Registrations.remove(fob.http(), ids);
  }

  private void memory(String size, ForkedFob fob) throws IOException {
    Threads.pause(SETTLED);
    double mib = Memory.proportionalKiB(fob.functions()) / 1024.0;
    say(
        size,
        String.format(Locale.ROOT, "without a function, its sandboxes have %.1f MiB (PSS)", mib));
  }

  private static String seconds(double time) {
    return String.format(Locale.ROOT, "%.2f s", time);
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private void say(String size, String text) {
    report.say(SETTING + "=" + size + ": " + text);
  }
}
