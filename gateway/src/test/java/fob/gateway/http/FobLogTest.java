package fob.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FobLogTest {

  private static String decoded(String header) {
    return URLDecoder.decode(header.replace("+", "%2B"), UTF_8);
  }

  @Test
  void linesAreReadableAndDecodeToWhatWasPrinted() {
    // Given
    List<String> lines = List.of("adding 1 + 2", "100% grüße\t\u001b[0m\r", "", "last");

    // When
    String header = FobLog.header(lines);

    // Then
    assertThat(header).startsWith("adding 1 + 2%0A100%25 gr%C3%BC%C3%9Fe%09%1B[0m%0D%0A%0Alast");
    assertThat(decoded(header)).isEqualTo(String.join("\n", lines));
  }

  @Test
  void headerIsBoundedAndHasTheLastLines() {
    // When
    String header = FobLog.header(Collections.nCopies(100, "ü".repeat(20)));

    // Then
    assertThat(header.length()).isBetween(5 * 1024, 6 * 1024);
    assertThat(decoded(header)).endsWith("\n" + "ü".repeat(20));
  }
}
