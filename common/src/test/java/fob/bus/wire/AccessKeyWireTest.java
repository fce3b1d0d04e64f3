package fob.bus.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.access.AccessKey;
import fob.access.Glob;
import fob.access.Quota;
import fob.access.Role;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessKeyWireTest {

  private static final String SUM =
      "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
  private static final Instant MADE = Instant.parse("2026-01-02T03:04:05.006Z");

  private static final AccessKey DEPLOYS =
      new AccessKey(
          "k1",
          SUM,
          "ci",
          Role.DEPLOY,
          new Glob("team-*"),
          new Glob("TEAM_*"),
          new Quota(50, 4, 20),
          MADE,
          "ops (a1)",
          Instant.parse("2030-01-02T03:04:05Z"),
          null);
  private static final AccessKey REVOKED =
      new AccessKey(
              "k1", SUM, "ci", Role.CALL, Glob.ALL, null, Quota.NONE, MADE, "anonymous", null, null)
          .revoke(Instant.parse("2026-02-02T03:04:05Z"), "ops (a1)");

  @Test
  void goldenKey() {
    Golden.assertSame("access-key", AccessKeyWire.encode(DEPLOYS));
  }

  @Test
  void goldenKeyThatWasRevoked() {
    Golden.assertSame("access-key-revoked", AccessKeyWire.encode(REVOKED));
  }

  @Test
  void aKeyIsReadAsItWasWritten() {
    assertThat(AccessKeyWire.decode(Golden.received(AccessKeyWire.encode(DEPLOYS), 0)))
        .isEqualTo(DEPLOYS);
    assertThat(AccessKeyWire.decode(Golden.received(AccessKeyWire.encode(REVOKED), 0)))
        .isEqualTo(REVOKED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]",
        "{\"sha256\":\"x\",\"name\":\"ci\",\"role\":\"call\",\"functions\":\"*\",\"made\":\"2026-01-02T03:04:05Z\",\"by\":\"a\"}",
        "{\"sha256\":\"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\",\"name\":\"ci\",\"role\":\"root\",\"functions\":\"*\",\"made\":\"2026-01-02T03:04:05Z\",\"by\":\"a\"}",
        "{\"sha256\":\"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\",\"name\":\"ci\",\"role\":\"call\",\"functions\":\"*\",\"made\":\"today\",\"by\":\"a\"}",
      })
  void whatIsNotAKeyIsRefused(String value) {
    // Given
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>("fob.access", "k1", value.getBytes(UTF_8));

    // When / Then
    assertThatThrownBy(() -> AccessKeyWire.decode(Golden.received(record, 0)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
