package fob.invoker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import fob.bus.wire.ActivityWire;
import fob.call.Timing;
import fob.metrics.Activity;
import fob.metrics.CallEnd;
import fob.metrics.FunctionActivity;
import fob.metrics.FunctionCalls;
import fob.metrics.Metrics;
import fob.metrics.MetricsSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ActivityPublisherTest {

  private static final Instant STEP = Instant.parse("2026-01-02T03:04:05Z");

  private record Later(Duration delay, Runnable task) {}

  private final Metrics metrics = new Metrics(new MetricsSettings(true, 10));
  private final List<ProducerRecord<String, byte[]>> written = new ArrayList<>();
  private final List<Later> timers = new ArrayList<>();
  private Instant now = STEP.plusMillis(1_200);

  @BeforeEach
  void publish() {
    var publisher =
        new ActivityPublisher(
            metrics.calls(),
            written::add,
            () -> now,
            (delay, task) -> timers.add(new Later(delay, task)));
    metrics.calls().onActivity(publisher::plan);
  }

  @AfterEach
  void close() {
    metrics.close();
  }

  private FunctionCalls called(String function, int times) {
    FunctionCalls counts = metrics.calls().of(function);
    for (int i = 0; i < times; i++) {
      call(counts);
    }
    return counts;
  }

  private static void call(FunctionCalls counts) {
    counts.ended(new CallEnd(CallEnd.Kind.SYNC, null, Timing.NONE, 1, 1, null));
  }

  private void endStep() {
    now = STEP.plus(Activity.STEP);
    timers.removeFirst().task().run();
  }

  private static Activity read(ProducerRecord<String, byte[]> record) {
    return ActivityWire.decode(
        new ConsumerRecord<>(record.topic(), 0, 0, record.key(), record.value()));
  }

  @Test
  void nothingRunsWithoutCalls() {
    assertThat(timers).isEmpty();
    assertThat(written).isEmpty();
  }

  @Test
  void publishesCallsOnceAtTheEndOfTheirStep() {
    called("f", 3);
    called("g", 1);

    assertThat(timers).extracting(Later::delay).containsExactly(Duration.ofMillis(3_800));
    endStep();

    assertThat(written)
        .singleElement()
        .satisfies(record -> {
          assertThat(read(record).at()).isEqualTo(STEP);
          assertThat(read(record).functions())
              .extracting(FunctionActivity::function, FunctionActivity::calls)
              .containsExactlyInAnyOrder(tuple("f", 3L), tuple("g", 1L));
        });
    assertThat(timers).isEmpty();
  }

  @Test
  void laterCallsArePublishedWithTheirOwnStep() {
    FunctionCalls counts = called("f", 3);
    endStep();
    call(counts);
    timers.removeFirst().task().run();

    assertThat(written).hasSize(2);
    assertThat(read(written.getLast()).at()).isEqualTo(STEP.plus(Activity.STEP));
    assertThat(read(written.getLast()).functions())
        .extracting(FunctionActivity::calls)
        .containsExactly(1L);
  }

  @Test
  void leavesOutTheFunctionsWithTheFewestCalls() {
    for (int i = 0; i < ActivityPublisher.MOST_FUNCTIONS; i++) {
      called("f" + i, 2);
    }
    called("rare", 1);
    endStep();

    assertThat(read(written.getFirst()).functions())
        .hasSize(ActivityPublisher.MOST_FUNCTIONS)
        .extracting(FunctionActivity::function)
        .doesNotContain("rare");
  }
}
