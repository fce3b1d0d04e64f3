package fob.bench;

import fob.service.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures how long synchronous clients wait while partitions move: an invoker joins, one is
 * stopped, one is killed. There are 64 partitions.
 */
final class RebalanceBench {

  private static final int PARTITIONS = 64;
  private static final int INVOKERS = 2;
  private static final int FUNCTIONS = 32;
  private static final int CLIENTS = 16;

  /** The calls begin so long before the change. */
  private static final Duration LEAD = Duration.ofSeconds(2);

  private enum Change {
    NONE("calm"),
    JOIN("join"),
    STOP("stop"),
    KILL("kill");

    private final String label;

    Change(String label) {
      this.label = label;
    }

    void make(ForkedServices fob) throws IOException, InterruptedException {
      switch (this) {
        case NONE -> {}
        case JOIN -> fob.startInvoker();
        case STOP -> fob.stopInvoker();
        case KILL -> fob.killInvoker();
      }
    }
  }

  private final Report report;
  private final Duration time;

  /**
   * @param time how long each measurement takes; a change must be over by then
   */
  RebalanceBench(Report report, Duration time) {
    this.report = report;
    this.time = time;
  }

  /** Makes all measurements and prints their results. */
  void run(Duration warmup, int rounds) throws Exception {
    Map<Change, List<Figures>> figures = new EnumMap<>(Change.class);
    try (ForkedServices fob = ForkedServices.start(PARTITIONS, Map.of())) {
      Target target = Sleeper.whole("whole", fob.http(), functions(fob), 0);
      fob.invokers(INVOKERS);
      var _ = ClosedLoop.run(target, CLIENTS, warmup);
      report.head();
      for (int round = 0; round < rounds; round++) {
        for (Change change : Change.values()) {
          figures.computeIfAbsent(change, _ -> new ArrayList<>()).add(measure(fob, change, target));
        }
        fob.invokers(INVOKERS);
      }
    }
    report.footnote();
    report.say("  What an invoker used that has ended is not in it.");
    figures.forEach(this::say);
  }

  private static List<String> functions(ForkedServices fob) throws IOException {
    List<String> ids = new ArrayList<>();
    try (HttpConnection http = new HttpConnection(fob.http())) {
      while (ids.size() < FUNCTIONS) {
        ids.add(Sleeper.register(http, "concurrency=" + CLIENTS, Functions.WAIT));
      }
    }
    return ids;
  }

  private Figures measure(ForkedServices fob, Change change, Target target) throws Exception {
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      Future<Figures> calls =
          threads.submit(
              () -> new Measurement(fob, report).measure(change.label, target, CLIENTS, time));
      Threads.pause(LEAD);
      long start = System.nanoTime();
      change.make(fob);
      var _ = fob.awaitShared();
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      if (calls.isDone()) {
        throw new IOException(
            ("%s: the calls ended before the partitions were shared, after %d ms; try a larger"
                    + " --seconds")
                .formatted(change.label, took.toMillis()));
      }
      report.say(
          "%s: all partitions were shared %d ms later".formatted(change.label, took.toMillis()));
      return calls.get();
    }
  }

  private void say(Change change, List<Figures> rounds) {
    Figures median = Figures.median(rounds);
    report.say(
        String.format(
            Locale.ROOT,
            "%s: %.0f calls/s, p50 %.2f ms, p99 %.2f ms; the longest wait was %.0f ms (median of"
                + " rounds), %.0f ms (of all); errors 0",
            change.label,
            median.perSecond(),
            median.p50(),
            median.p99(),
            median.max(),
            rounds.stream().mapToDouble(Figures::max).max().orElseThrow()));
  }
}
