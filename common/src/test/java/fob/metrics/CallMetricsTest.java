package fob.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fob.call.Failure;
import fob.call.Timing;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallMetricsTest {

  private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0";

  private final Metrics metrics = new Metrics(new MetricsSettings(true, 2));
  private final CallMetrics calls = metrics.calls();

  @AfterEach
  void close() {
    metrics.close();
  }

  private static CallEnd end(CallEnd.Kind kind, @Nullable Failure failure, @Nullable String trace) {
    Timing timing = new Timing(Duration.ofMillis(2), Duration.ofMillis(3), Duration.ofMillis(30));
    return new CallEnd(kind, failure, timing, 10, 20, trace);
  }

  private static CallEnd ok() {
    return end(CallEnd.Kind.SYNC, null, null);
  }

  private FunctionCalls called(String function, int times) {
    FunctionCalls counts = calls.of(function);
    for (int i = 0; i < times; i++) {
      counts.ended(ok());
    }
    return counts;
  }

  private List<String> lines(@Nullable String accept) {
    return new String(metrics.exposition(accept).orElseThrow().body(), UTF_8).lines().toList();
  }

  private List<String> lines() {
    return lines(null);
  }

  @Test
  void countsByFunctionKindAndOutcome() {
    FunctionCalls add = calls.of("id1");
    add.named("add@1");
    add.ended(ok());
    add.ended(end(CallEnd.Kind.SYNC, Failure.TIMEOUT, null));
    add.ended(end(CallEnd.Kind.KAFKA, null, null));

    assertThat(lines())
        .contains(
            "fob_calls_total{function=\"id1\",kind=\"sync\",name=\"add@1\",outcome=\"ok\"} 1.0",
            "fob_calls_total{function=\"id1\",kind=\"sync\",name=\"add@1\",outcome=\"timeout\"} 1.0",
            "fob_calls_total{function=\"id1\",kind=\"kafka\",name=\"add@1\",outcome=\"ok\"} 1.0",
            "fob_call_request_bytes_total{function=\"id1\",kind=\"sync\",name=\"add@1\"} 20.0",
            "fob_call_reply_bytes_total{function=\"id1\",kind=\"sync\",name=\"add@1\"} 40.0");
  }

  @Test
  void splitsTheTimeOfACallIntoItsStages() {
    called("id1", 1);

    String labels = "function=\"id1\",kind=\"sync\",name=\"\"";
    assertThat(lines())
        .contains(
            "fob_call_duration_seconds_bucket{" + labels + ",le=\"0.025\"} 0",
            "fob_call_duration_seconds_bucket{" + labels + ",le=\"0.05\"} 1",
            "fob_call_duration_seconds_bucket{" + labels + ",le=\"+Inf\"} 1",
            "fob_call_duration_seconds_sum{" + labels + "} 0.035",
            "fob_call_stage_duration_seconds_sum{" + labels + ",stage=\"queue\"} 0.002",
            "fob_call_stage_duration_seconds_sum{" + labels + ",stage=\"wait\"} 0.003",
            "fob_call_stage_duration_seconds_sum{" + labels + ",stage=\"run\"} 0.03");
  }

  @Test
  void functionsOverTheBoundAreCountedTogether() {
    called("id1", 1);
    called("id2", 1);
    called("id3", 2);
    called("id4", 3);

    assertThat(lines())
        .noneMatch(line -> line.contains("id3") || line.contains("id4"))
        .contains(
            "fob_calls_total{function=\"other\",kind=\"sync\",name=\"other\",outcome=\"ok\"} 5.0");
  }

  @Test
  void countsOfOtherFunctionsDoNotFallWhenOneIsRemoved() {
    called("id1", 1);
    called("id2", 1);
    FunctionCalls third = called("id3", 2);
    called("id4", 3);

    calls.remove(third);
    third.ended(ok());

    assertThat(lines())
        .contains(
            "fob_calls_total{function=\"other\",kind=\"sync\",name=\"other\",outcome=\"ok\"} 5.0");
  }

  @Test
  void removedFunctionMakesRoomForAnother() {
    FunctionCalls first = called("id1", 1);
    called("id2", 1);
    calls.remove(first);
    called("id3", 1);

    assertThat(lines())
        .noneMatch(line -> line.contains("id1"))
        .anyMatch(line -> line.contains("function=\"id3\""));
  }

  @Test
  void functionWithoutCallsHasNoSeries() {
    calls.of("id1");

    assertThat(lines()).noneMatch(line -> line.contains("id1"));
  }

  @Test
  void openMetricsHasTheTraceOfACallAsExemplar() {
    calls.of("id1").ended(end(CallEnd.Kind.SYNC, null, "0af7651916cd43dd8448eb211c80319c"));

    assertThat(lines(OPEN_METRICS))
        .endsWith("# EOF")
        .anyMatch(line ->
            line.startsWith("fob_call_duration_seconds_bucket{function=\"id1\"")
                && line.contains("le=\"0.05\"")
                && line.contains("# {trace_id=\"0af7651916cd43dd8448eb211c80319c\"} 0.035"));
    assertThat(lines()).noneMatch(line -> line.contains("trace_id"));
  }

  @Test
  void takesWhatHappenedSinceTheLastTime() {
    FunctionCalls add = called("id1", 2);
    List<FunctionActivity> first = calls.take();
    add.ended(end(CallEnd.Kind.ASYNC, Failure.FUNCTION_ERROR, null));
    List<FunctionActivity> second = calls.take();

    assertThat(first)
        .singleElement()
        .satisfies(taken -> {
          assertThat(taken.calls()).isEqualTo(2);
          assertThat(taken.errors()).isZero();
          assertThat(taken.runMicros()).isEqualTo(60_000);
        });
    assertThat(second)
        .singleElement()
        .satisfies(taken -> {
          assertThat(taken.calls()).isEqualTo(1);
          assertThat(taken.errors()).isEqualTo(1);
          assertThat(taken.queueMicros()).isEqualTo(2_000);
        });
    assertThat(calls.take()).isEmpty();
  }

  @Test
  void tellsOnceThatThereAreCallsAgain() {
    int[] told = {0};
    calls.onActivity(() -> told[0]++);
    called("id1", 3);
    calls.take();
    called("id2", 2);

    assertThat(told[0]).isEqualTo(2);
  }

  @Test
  void countsNothingIfOff() {
    try (Metrics off = new Metrics(new MetricsSettings(false, 100))) {
      off.calls().of("id1").ended(ok());
      off.registry().counter("fob.test").increment();

      assertThat(off.calls().take()).isEmpty();
      assertThat(off.exposition(null)).isEmpty();
    }
  }

  @Test
  void quantilesLieInTheirBuckets() {
    long[] counts = new long[Buckets.count()];
    counts[Buckets.of(Buckets.FINE, 900)] = 90;
    counts[Buckets.of(Buckets.FINE, 40_000)] = 10;

    assertThat(Buckets.quantile(counts, 0.5)).isBetween(750L, 1_000L);
    assertThat(Buckets.quantile(counts, 0.99)).isBetween(25_000L, 50_000L);
    assertThat(Buckets.quantile(new long[Buckets.count()], 0.5)).isZero();
  }

  @Test
  void everyCoarseBoundIsAFineOne() {
    for (long bound : Buckets.COARSE) {
      assertThat(Buckets.FINE).contains(bound);
    }
  }

  @Test
  void numberOfSeriesIsBounded() {
    try (Metrics many = new Metrics(new MetricsSettings(true, 100))) {
      for (int i = 0; i < 1_000; i++) {
        many.calls().of("id" + i).ended(ok());
      }
      long series =
          new String(many.exposition(null).orElseThrow().body(), UTF_8)
              .lines()
              .filter(line -> line.startsWith("fob_"))
              .count();

      // What docs/observability says: 79 for a function with one kind of calls, and for 'other'.
      assertThat(series).isEqualTo(101 * 79 + 5);
    }
  }
}
