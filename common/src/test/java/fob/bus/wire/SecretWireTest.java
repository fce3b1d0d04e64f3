package fob.bus.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.secret.StoredSecret;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class SecretWireTest {

  private static ConsumerRecord<String, byte[]> record(String name, byte[] value) {
    return new ConsumerRecord<>(
        "fob.secrets",
        0,
        0,
        1500,
        TimestampType.LOG_APPEND_TIME,
        0,
        value.length,
        name,
        value,
        new RecordHeaders(),
        java.util.Optional.empty());
  }

  @Test
  void aSecretComesBackWithTheTimeOfItsRecord() {
    ProducerRecord<String, byte[]> written = SecretWire.encode("TOKEN", "AQID");
    assertThat(written.topic()).isEqualTo("fob.secrets");
    assertThat(written.key()).isEqualTo("TOKEN");
    assertThat(written.value()).containsExactly(1, 2, 3);
    assertThat(SecretWire.decode(record("TOKEN", written.value())))
        .isEqualTo(new StoredSecret("TOKEN", "AQID", Instant.ofEpochMilli(1500)));
  }

  @Test
  void aRecordWithAnotherNameIsNoSecret() {
    assertThatThrownBy(() -> SecretWire.decode(record("../../etc/passwd", new byte[] {1})))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
