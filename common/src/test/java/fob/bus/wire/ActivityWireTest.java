package fob.bus.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.metrics.Activity;
import fob.metrics.Buckets;
import fob.metrics.FunctionActivity;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActivityWireTest {

  private static final Instant AT = Instant.ofEpochMilli(1_767_225_600_000L);

  private static Activity activity() {
    long[] times = new long[Buckets.count()];
    times[3] = 2;
    times[times.length - 1] = 1;
    return new Activity(
        AT,
        List.of(
            new FunctionActivity("3f2b8a10-1c2d-4e3f-8a9b-0c1d2e3f4a5b", 1, 900, 30, 1500, times)));
  }

  private static Activity decode(String json) {
    return ActivityWire.decode(
        Golden.received(
            new ProducerRecord<>(Topics.ACTIVITY.name(), "invoker", json.getBytes(UTF_8)), 0));
  }

  @Test
  void goldenActivity() {
    Golden.assertSame("activity", ActivityWire.encode(activity()));
  }

  @Test
  void activityIsReadAsItWasWritten() {
    Activity read = ActivityWire.decode(Golden.received(ActivityWire.encode(activity()), 0));

    assertThat(read).usingRecursiveComparison().isEqualTo(activity());
  }

  @Test
  void timeIsBroughtToTheStartOfItsStep() {
    assertThat(decode("{\"at\":1767225603210,\"functions\":{}}").at()).isEqualTo(AT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{\"at\":\"now\",\"functions\":{}}",
        "{\"at\":1,\"functions\":[]}",
        "{\"at\":1,\"functions\":{\"f\":{\"times\":{\"99\":1}}}}",
        "{\"at\":1,\"functions\":{\"f\":{\"times\":{\"a\":1}}}}"
      })
  void refusesOtherRecords(String json) {
    assertThatThrownBy(() -> decode(json)).isInstanceOf(IllegalArgumentException.class);
  }
}
