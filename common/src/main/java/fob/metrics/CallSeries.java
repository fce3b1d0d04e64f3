package fob.metrics;

import fob.metrics.CallCells.Stage;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** Makes the series of {@link CallMetrics} at each scrape. Thread-safe. */
final class CallSeries implements MultiCollector {

  private static final double[] SECONDS = Buckets.seconds();

  private final CallMetrics calls;

  CallSeries(CallMetrics calls) {
    this.calls = calls;
  }

  /** The counts of one function and kind, with their labels. */
  private record Row(Labels labels, CallCells cells) {}

  @Override
  public MetricSnapshots collect() {
    List<FunctionCalls> functions = calls.shown();
    List<Row> rows = functions.stream().flatMap(function -> rows(function).stream()).toList();
    return MetricSnapshots.of(
        ends(rows),
        durations(rows),
        stages(rows),
        counter(
            "fob_call_request_bytes",
            "Bytes of the payloads of calls.",
            rows,
            row -> row.cells().requestBytes()),
        counter("fob_call_reply_bytes", "Bytes of answers.", rows, row -> row.cells().replyBytes()),
        ofFunctions(
            "fob_call_retries",
            "Failed attempts at asynchronous calls that another attempt follows.",
            functions,
            FunctionCalls::retries),
        ofFunctions(
            "fob_call_postponements",
            "Asynchronous calls that could not begin and went back to Kafka.",
            functions,
            FunctionCalls::postponements),
        ofFunctions(
            "fob_dead_letters",
            "Asynchronous calls that were given up and are dead letters.",
            functions,
            FunctionCalls::deadLetters),
        gauge(
            "fob_calls_in_flight",
            "Calls that wait for an instance or run.",
            functions,
            FunctionCalls::inFlight),
        gauge(
            "fob_calls_waiting",
            "Calls that wait for an instance.",
            functions,
            FunctionCalls::waiting));
  }

  private static List<Row> rows(FunctionCalls function) {
    return Arrays.stream(CallEnd.Kind.values())
        .flatMap(kind -> {
          CallCells cells = function.of(kind);
          return cells == null
              ? Stream.<Row>of()
              : Stream.of(new Row(labels(function).add("kind", kind.label()), cells));
        })
        .toList();
  }

  private static Labels labels(FunctionCalls function) {
    return Labels.of("function", function.function(), "name", function.name());
  }

  private static CounterSnapshot ends(List<Row> rows) {
    var counter =
        CounterSnapshot.builder()
            .name("fob_calls")
            .help("Attempts at calls that ended; a call that is retried has several.");
    for (Row row : rows) {
      for (int outcome = 0; outcome < CallCells.OUTCOMES; outcome++) {
        counter.dataPoint(
            CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(row.labels().add("outcome", CallCells.label(outcome)))
                .value((double) row.cells().ended(outcome))
                .build());
      }
    }
    return counter.build();
  }

  private static HistogramSnapshot durations(List<Row> rows) {
    var histogram =
        HistogramSnapshot.builder()
            .name("fob_call_duration_seconds")
            .help("Time from the write of a call to Kafka to the end of the attempt.");
    for (Row row : rows) {
      long nanos = Arrays.stream(Stage.values()).mapToLong(row.cells()::nanos).sum();
      histogram.dataPoint(
          HistogramSnapshot.HistogramDataPointSnapshot.builder()
              .labels(row.labels())
              .classicHistogramBuckets(
                  ClassicHistogramBuckets.of(SECONDS, Buckets.coarse(row.cells().times())))
              .exemplars(exemplars(row.cells()))
              .sum(nanos / 1e9)
              .build());
    }
    return histogram.build();
  }

  private static Exemplars exemplars(CallCells cells) {
    return Exemplars.of(
        Arrays.stream(cells.traced())
            .map(one ->
                Exemplar.builder()
                    .value(one.seconds())
                    .labels(Labels.of(Exemplar.TRACE_ID, one.traceId()))
                    .timestampMillis(one.atMillis())
                    .build())
            .toList());
  }

  private static HistogramSnapshot stages(List<Row> rows) {
    var histogram =
        HistogramSnapshot.builder()
            .name("fob_call_stage_duration_seconds")
            .help("Time of calls in Kafka (queue), waiting for an instance (wait), in it (run).");
    for (Row row : rows) {
      for (Stage stage : Stage.values()) {
        histogram.dataPoint(
            HistogramSnapshot.HistogramDataPointSnapshot.builder()
                .labels(row.labels().add("stage", stage.name().toLowerCase(Locale.ROOT)))
                .classicHistogramBuckets(
                    ClassicHistogramBuckets.of(SECONDS, row.cells().times(stage)))
                .sum(row.cells().nanos(stage) / 1e9)
                .build());
      }
    }
    return histogram.build();
  }

  private static CounterSnapshot counter(
      String name, String help, List<Row> rows, ToLongFunction<Row> value) {
    var counter = CounterSnapshot.builder().name(name).help(help);
    rows.forEach(row ->
        counter.dataPoint(
            CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(row.labels())
                .value((double) value.applyAsLong(row))
                .build()));
    return counter.build();
  }

  private static CounterSnapshot ofFunctions(
      String name,
      String help,
      List<FunctionCalls> functions,
      ToLongFunction<FunctionCalls> value) {
    var counter = CounterSnapshot.builder().name(name).help(help);
    functions.forEach(function ->
        counter.dataPoint(
            CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(labels(function))
                .value((double) value.applyAsLong(function))
                .build()));
    return counter.build();
  }

  private static GaugeSnapshot gauge(
      String name,
      String help,
      List<FunctionCalls> functions,
      ToLongFunction<FunctionCalls> value) {
    var gauge = GaugeSnapshot.builder().name(name).help(help);
    functions.forEach(function ->
        gauge.dataPoint(
            GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .labels(labels(function))
                .value((double) value.applyAsLong(function))
                .build()));
    return gauge.build();
  }
}
