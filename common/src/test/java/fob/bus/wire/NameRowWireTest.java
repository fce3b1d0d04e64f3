package fob.bus.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.bus.TestConsumer;
import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionName;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.Limits;
import fob.function.NameChange;
import fob.function.NameState;
import fob.function.Registration;
import fob.function.Version;
import fob.function.Weights;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameRowWireTest {

  private static final FunctionName ADD = new FunctionName("add");
  private static final FunctionId THREE =
      new FunctionId(UUID.fromString("3f2b8a10-1c2d-4e3f-8a9b-0c1d2e3f4a5b"));
  private static final FunctionId FOUR =
      new FunctionId(UUID.fromString("4f2b8a10-1c2d-4e3f-8a9b-0c1d2e3f4a5b"));
  private static final Instant AT = Instant.ofEpochMilli(1_767_225_600_123L);
  private static final Weights DIVIDED = new Weights(new TreeMap<>(Map.of(3, 90, 4, 10)));
  private static final NameState NAME =
      new NameState(
          ADD,
          new TreeMap<>(Map.of(3, THREE, 4, FOUR)),
          5,
          4,
          3,
          DIVIDED,
          new NameChange("change-3", AT.plusSeconds(3), "bob", Weights.allTo(4)),
          new NameState.Refused("change-2", "add@2 has failed: SyntaxError"),
          List.of(
              new NameChange("change-1", AT.plusSeconds(1), "ada", DIVIDED),
              new NameChange(THREE.toString(), AT, "anonymous", Weights.allTo(3))));
  private static final Registration CHANGE =
      new Registration.ChangeName(ADD, new NameChange("change-1", AT, "ada", DIVIDED));

  @Test
  void goldenName() {
    Golden.assertSame("name-versions", FunctionRowWire.encode(NAME));
  }

  @Test
  void aNameComesBack() {
    assertThat(decode(FunctionRowWire.encode(NAME)))
        .isEqualTo(new FunctionRowWire.Row.OfName(NAME));
  }

  @Test
  void goldenVersion() {
    Golden.assertSame("function-version", FunctionRowWire.encode(version()));
  }

  @Test
  void aVersionComesBack() {
    assertThat(decode(FunctionRowWire.encode(version())))
        .isEqualTo(new FunctionRowWire.Row.OfFunction(version()));
  }

  private static FunctionState version() {
    Limits limits =
        new Limits(Duration.ofSeconds(1), 1, 64, 1, false, 1000, 1, null, Duration.ofMinutes(5));
    Code code = new Code("x".getBytes(UTF_8));
    return new FunctionState(
            new FunctionSpec(THREE, "python", ADD, limits, code.sha256(), 1, AT),
            new FunctionStatus.Idle(),
            true,
            null)
        .with(new Version(3, "ada", AT.plusSeconds(9), true));
  }

  @Test
  void goldenChange() {
    Golden.assertSame("name-change", RegistrationWire.encode(CHANGE));
  }

  @Test
  void aChangeAndARemovalOfANameComeBack() {
    Registration removal = new Registration.RemoveName(ADD, "ada");

    assertThat(registration(RegistrationWire.encode(CHANGE))).isEqualTo(CHANGE);
    assertThat(registration(RegistrationWire.encode(removal))).isEqualTo(removal);
  }

  @Test
  void whoDoesNotSayWhoTheyAreIsAnonymous() {
    ConsumerRecord<String, byte[]> removal = record("add", null);

    assertThat(RegistrationWire.decode(removal))
        .isEqualTo(new Registration.RemoveName(ADD, Registration.ANONYMOUS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"weights\":{}}",
        "{\"weights\":{\"3\":99}}",
        "{\"weights\":{\"3\":101,\"4\":-1}}",
        "{\"weights\":{\"three\":100}}"
      })
  void aChangeThatIsNoneIsRefused(String value) {
    assertThatThrownBy(() -> RegistrationWire.decode(record("add", value.getBytes(UTF_8))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRowWhoseWeightsLeadNowhereIsRefused() {
    String row =
        new String(FunctionRowWire.encode(NAME).value(), UTF_8)
            .replace(
                "\"weights\":{\"3\":90,\"4\":10},\"pending\"",
                "\"weights\":{\"7\":100},\"pending\"");

    assertThatThrownBy(() -> FunctionRowWire.decode(record("add", row.getBytes(UTF_8))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a version with a weight is missing");
  }

  private static ConsumerRecord<String, byte[]> record(String key, byte @Nullable [] value) {
    return TestConsumer.record(new TopicPartition("fob.gen", 0), 1, key, value);
  }

  private static FunctionRowWire.Row decode(ProducerRecord<String, byte[]> record) {
    return FunctionRowWire.decode(Golden.received(record, 0));
  }

  private static Registration registration(ProducerRecord<String, byte[]> record) {
    return RegistrationWire.decode(Golden.received(record, AT.toEpochMilli()));
  }
}
