package fob.bench;

import fob.bench.counts.Counts;
import fob.bench.counts.Meter;
import fob.bench.counts.Serving;
import fob.bench.counts.Snapshot;
import fob.bus.Bus;
import fob.bus.wire.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Measures how fast a backlog of asynchronous calls is run, in turns with the same number of
 * requests and replies over Kafka alone. Used by one thread.
 */
final class DrainBench {

  private static final Duration PATIENCE = Duration.ofMinutes(15);

  private final ForkedFob fob;
  private final Bus bus;
  private final Report report;
  private final Meter meter;
  private final int calls;
  private final Map<String, Counts> counts = new LinkedHashMap<>();

  /**
   * @param calls how many calls a backlog has
   */
  DrainBench(ForkedFob fob, Bus bus, Report report, int calls) {
    this.fob = fob;
    this.bus = bus;
    this.report = report;
    this.meter = new Meter(fob::jvms, fob::functions);
    this.calls = calls;
  }

  /** Something that takes some time. */
  private interface Work {
    Duration run() throws Exception;
  }

  /**
   * Makes all rounds and prints their results.
   *
   * @param concurrency of the function, which does nothing
   */
  void run(int concurrency, int rounds) throws Exception {
    double[] ratios = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      Duration bare = count("bare bus", Serving.BUS_CLIENTS, () -> BareBacklog.drain(bus, calls));
      long postponed = -postponements();
      Duration whole = count(NoOp.WHOLE, Serving.FOB, () -> drain(concurrency));
      postponed += postponements();
      ratios[round] = seconds(bare) / seconds(whole);
      report.say(
          String.format(
              Locale.ROOT,
              "%d calls drained in %.2f s (%.0f/s), %d times one was postponed;"
                  + " the bare bus in %.2f s (%.0f/s), ratio %.3f",
              calls,
              seconds(whole),
              calls / seconds(whole),
              postponed,
              seconds(bare),
              calls / seconds(bare),
              ratios[round]));
    }
    Arrays.sort(ratios);
    report.say(
        String.format(Locale.ROOT, "median ratio of the drain %.3f  aim 0.3", ratios[rounds / 2]));
    report.say("voluntary switches and µs of processor time a drained call, by threads:");
    CountsTable.lines(counts).forEach(report::say);
  }

  /** Profiles fob while it runs one more backlog. */
  void profile(int concurrency, Path file) throws Exception {
    try (Profiler _ = Profiler.start(fob.jvms().getFirst(), file)) {
      var _ = drain(concurrency);
    }
    report.say("wrote the profile of a drain: " + file);
  }

  private Duration count(String target, Serving serving, Work work) throws Exception {
    Snapshot before = meter.now();
    Duration took = work.run();
    Counts of = meter.between(before, meter.now(), serving, calls);
    counts.merge(target, of, Counts::plus);
    return took;
  }

  /** Returns the time from the first record to the last reply. */
  private Duration drain(int concurrency) throws IOException {
    String id = NoOp.ready(fob.http(), concurrency);
    try (Backlog backlog = new Backlog(bus, id, calls)) {
      long start = System.nanoTime();
      var _ = backlog.produce();
      Map<String, Integer> statuses = backlog.awaitReplies(PATIENCE);
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      if (!statuses.equals(Map.of("ok", calls))) {
        throw new IOException("not every call has one good reply: " + statuses);
      }
      return took;
    }
  }

  /** How many records delay tiers have got so far. */
  private long postponements() {
    try (Consumer<String, byte[]> reader = bus.reader()) {
      List<TopicPartition> tiers =
          Topics.RETRY.stream()
              .flatMap(tier -> reader.partitionsFor(tier.topic().name()).stream())
              .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
              .toList();
      return reader.endOffsets(tiers).values().stream().mapToLong(Long::longValue).sum();
    }
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
