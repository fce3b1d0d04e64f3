package fob.bus.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.access.AuditEntry;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuditWireTest {

  private static final Instant AT = Instant.parse("2026-01-02T03:04:05.006Z");
  private static final AuditEntry ENTRY =
      new AuditEntry(
          AT,
          "ci",
          "k1",
          "10.0.0.8",
          "POST /api/gen",
          "add (3f2b8a10-1c2d-4e3f-8a9b-0c1d2e3f4a5b)",
          201);

  @Test
  void goldenEntry() {
    Golden.assertSame("audit", AuditWire.encode(ENTRY));
  }

  @Test
  void anEntryIsReadAsItWasWritten() {
    AuditEntry nobodys = new AuditEntry(AT, "anonymous", "", "::1", "DELETE /api/gen/x", "", 404);

    assertThat(AuditWire.decode(Golden.received(AuditWire.encode(ENTRY), 0))).isEqualTo(ENTRY);
    assertThat(AuditWire.decode(Golden.received(AuditWire.encode(nobodys), 0))).isEqualTo(nobodys);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {"", "[]", "{\"at\":\"now\",\"client\":\"a\",\"address\":\"a\",\"action\":\"a\"}"})
  void whatIsNoEntryIsRefused(@Nullable String value) {
    // Given
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>("fob.audit", "k1", value == null ? null : value.getBytes(UTF_8));

    // When / Then
    assertThatThrownBy(() -> AuditWire.decode(Golden.received(record, 0)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
