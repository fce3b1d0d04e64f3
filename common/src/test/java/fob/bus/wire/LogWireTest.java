package fob.bus.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fob.function.FunctionId;
import fob.function.LogLine;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogWireTest {

  private static final FunctionId ID =
      new FunctionId(UUID.fromString("3f2b8a10-1c2d-4e3f-8a9b-0c1d2e3f4a5b"));
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");

  private static byte[] whole(String line) {
    return LogWire.whole(line.getBytes(UTF_8), AT);
  }

  private static List<LogLine> read(@Nullable String instance, String... lines) {
    List<byte[]> all = List.of(lines).stream().map(line -> line.getBytes(UTF_8)).toList();
    return LogWire.decode(Golden.received(LogWire.encode(ID, instance, all), 0));
  }

  @Test
  void goldenLines() {
    Golden.assertSame(
        "logs",
        LogWire.encode(
            ID,
            "i-1",
            List.of(whole("2026-01-02T03:04:05.678Z r-1 ERROR boom"), whole("from a library"))));
  }

  @Test
  void linesAreReadAsTheyWereWritten() {
    assertThat(
            read(
                "i-1",
                "2026-01-02T03:04:05.678Z r-1 WARN grüße\u001b[0m",
                "2026-01-02T03:04:05.679Z - ",
                "2026-01-02T03:04:05.680Z r-2 ERRORS are no level"))
        .containsExactly(
            new LogLine(AT, "r-1", LogLine.Level.WARN, "grüße\u001b[0m", "i-1"),
            new LogLine(AT.plusMillis(1), "-", null, "", "i-1"),
            new LogLine(AT.plusMillis(2), "r-2", null, "ERRORS are no level", "i-1"));
  }

  @Test
  void linesOfFobHaveNoInstance() {
    assertThat(read(null, "2026-01-02T03:04:05.678Z - fob: instance 1 is ready"))
        .containsExactly(new LogLine(AT, "-", null, "fob: instance 1 is ready", null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain",
        "2026-01-02T03:04:05.678Z",
        "2026-01-02T03:04:05.678Z r-1",
        "2026-01-02T03:04:05.678Z  two spaces",
        "2026-01-02 03:04:05.678Z r-1 text",
        "2026-01-02T03:04:05.678Z r\u0001 text"
      })
  void nativeOutputGetsTheTimeAtWhichItWasRead(String line) {
    assertThat(whole(line)).asString(UTF_8).isEqualTo("2026-01-02T03:04:05.678Z - " + line);
  }

  @Test
  void whatIsNoLineIsLeftOut() {
    byte[] value =
        "text\n2026-99-02T03:04:05.678Z r-1 x\n2026-01-02T03:04:05.678Z r-1 yes\n2026-01"
            .getBytes(UTF_8);
    assertThat(LogWire.decode(Golden.received(new ProducerRecord<>("fob.logs", "?", value), 0)))
        .extracting(LogLine::text)
        .containsExactly("yes");
    assertThat(LogWire.decode(Golden.received(new ProducerRecord<>("fob.logs", "?", null), 0)))
        .isEmpty();
  }
}
