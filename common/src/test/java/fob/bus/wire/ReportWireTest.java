package fob.bus.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.function.FunctionId;
import fob.function.InstanceReport;
import fob.function.Report;
import fob.function.UseReport;
import java.time.Instant;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportWireTest {

  private static final FunctionId ID =
      new FunctionId(UUID.fromString("3f2b8a10-1c2d-4e3f-8a9b-0c1d2e3f4a5b"));
  private static final Instant AT = Instant.ofEpochMilli(1_767_225_600_123L);

  private static InstanceReport report(String reason) {
    return new InstanceReport(ID, "i-1", reason, AT);
  }

  @Test
  void goldenReport() {
    Golden.assertSame("report", ReportWire.encode(report("it answered for another call")));
  }

  @Test
  void goldenReportOfUse() {
    Golden.assertSame("report-use", ReportWire.encode(new UseReport(ID, AT)));
  }

  @Test
  void aReportOfUseIsReadAsItWasWritten() {
    // Given
    Report report = new UseReport(ID, AT);

    // When
    Report read = ReportWire.decode(Golden.received(ReportWire.encode(report), 0));

    // Then
    assertThat(read).isEqualTo(report);
  }

  @Test
  void aReportIsReadAsItWasWritten() {
    // Given
    InstanceReport report = report("grüße");

    // When
    Report read = ReportWire.decode(Golden.received(ReportWire.encode(report), 0));

    // Then
    assertThat(read).isEqualTo(report);
  }

  @Test
  void aReasonIsCut() {
    assertThat(report("x".repeat(100_000)).reason()).hasSize(501).endsWith("x…");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      delimiter = '|',
      value = {
        "null                                 | {\"instance\":\"i-1\"} | the key",
        "add                                  | {\"instance\":\"i-1\"} | the key",
        "3f2b8a10-1c2d-4e3f-8a9b-0c1d2e3f4a5b | null                   | no value",
        "3f2b8a10-1c2d-4e3f-8a9b-0c1d2e3f4a5b | {\"instance\":        | line 1",
        "3f2b8a10-1c2d-4e3f-8a9b-0c1d2e3f4a5b | {\"instance\":1}       | 'instance'",
        "3f2b8a10-1c2d-4e3f-8a9b-0c1d2e3f4a5b | []                     | 'instance'",
      })
  void whatIsNotAReportIsRefused(@Nullable String key, @Nullable String value, String why) {
    // Given
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>("fob.reports", key, value == null ? null : value.getBytes(UTF_8));

    // When / Then
    assertThatThrownBy(() -> ReportWire.decode(Golden.received(record, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }
}
