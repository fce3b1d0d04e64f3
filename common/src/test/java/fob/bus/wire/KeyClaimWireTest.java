package fob.bus.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.bus.TestConsumer;
import fob.call.KeyClaim;
import fob.service.Sha256;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyClaimWireTest {

  private static final String KEY = Sha256.of("k".getBytes(UTF_8));
  private static final UUID CALL = UUID.fromString("019a0000-0000-7000-8000-000000000001");
  private static final KeyClaim CLAIM = new KeyClaim(KEY, CALL, -7, TestConsumer.WRITTEN);

  private static KeyClaimWire.Read read(String key, byte[] value) {
    return KeyClaimWire.decode(
        TestConsumer.record(new TopicPartition("fob.keys", 3), 0, key, value));
  }

  private static KeyClaimWire.Read read(ProducerRecord<String, byte[]> record) {
    assertThat(record.topic()).isEqualTo("fob.keys");
    assertThat(record.partition()).isEqualTo(3);
    return read(record.key(), record.value());
  }

  @Test
  void aClaimIsReadAsItWasWritten() {
    assertThat(read(KeyClaimWire.encode(3, KEY, CALL, -7)))
        .isEqualTo(new KeyClaimWire.Read.Claimed(CLAIM));
  }

  @Test
  void theEndOfACallIsReadAsItWasWritten() {
    assertThat(read(KeyClaimWire.encodeEnded(3, KEY, CALL)))
        .isEqualTo(new KeyClaimWire.Read.Ended(KEY, CALL));
  }

  @Test
  void aClaimOfAnEarlierGatewayIsRead() {
    String json =
        "{\"id\":\"%s\",\"payload\":\"fffffffffffffff9%s\",\"published\":true}"
            .formatted(CALL, "0".repeat(48));
    assertThat(read(KEY, json.getBytes(UTF_8)))
        .isEqualTo(new KeyClaimWire.Read.ClaimedEarlier(CLAIM));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "{\"ended\":\"x\"}", "{\"call\":\"019a\"}", "{\"payload\":\"short\"}", "["})
  void somethingElseIsRefused(String json) {
    assertThatThrownBy(() -> read(KEY, json.getBytes(UTF_8)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> read("k", KeyClaimWire.encodeEnded(3, KEY, CALL).value()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
