package fob.deployer.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DriverEventTest {

  private static Optional<DriverEvent> parse(String line) {
    return DriverEvent.parse(line.getBytes(StandardCharsets.UTF_8));
  }

  /** As the stream of a driver comes, in pieces of a bounded length. */
  private static String firstPiece(String line) {
    return line.substring(0, SandboxOutput.LONGEST_EVENT);
  }

  private static String failure(Optional<DriverEvent> event) {
    assertThat(event).containsInstanceOf(DriverEvent.LoadFailed.class);
    return ((DriverEvent.LoadFailed) event.orElseThrow()).failure().summary();
  }

  @Test
  void failureIsCutWhereItsStackIsTooLong() {
    // Given
    String line =
        "{\"event\":\"failed\",\"error\":{\"type\":\"KeyError\",\"message\":\"no x\",\"stack\":[\""
            + "x".repeat(2 * SandboxOutput.LONGEST_EVENT);

    // Then
    assertThat(failure(parse(firstPiece(line)))).isEqualTo("KeyError: no x");
  }

  @Test
  void failureWhoseMessageIsCutSaysSo() {
    // Given
    String line =
        "{\"event\":\"failed\",\"error\":{\"message\":\""
            + "x".repeat(2 * SandboxOutput.LONGEST_EVENT);

    // Then
    assertThat(failure(parse(firstPiece(line)))).contains("at too great a length");
  }

  @Test
  void longTextsAreCut() {
    // When
    String summary =
        failure(
            parse(
                "{\"event\":\"failed\",\"error\":{\"message\":\"%s\"}}"
                    .formatted("x".repeat(20_000))));

    // Then
    assertThat(summary).hasSizeLessThan(10_000).endsWith("…");
  }

  @Test
  void whatIsNoEventIsNothing() {
    assertThat(parse("")).isEmpty();
    assertThat(parse("ready")).isEmpty();
    assertThat(parse("{\"event\":\"ready\"")).isEmpty();
    assertThat(parse("{\"event\":\"dancing\"}")).isEmpty();
    assertThat(parse(firstPiece("x".repeat(SandboxOutput.LONGEST_EVENT)))).isEmpty();
  }
}
