package fob.traces;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceparentTest {

  private static final String IDS = "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331";

  @ParameterizedTest
  @ValueSource(strings = {"00-" + IDS + "-01", "00-" + IDS + "-00", "cc-" + IDS + "-01-more"})
  void validOnesAreKept(String text) {
    assertThat(Traceparent.valid(text)).isEqualTo(text);
    assertThat(Traceparent.traceId(text)).contains("0af7651916cd43dd8448eb211c80319c");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00-" + IDS,
        "00-" + IDS + "-01-more",
        "00-" + IDS + "-1",
        "ff-" + IDS + "-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "-------------------------------------------------------"
      })
  void malformedOnesAreIgnored(String text) {
    assertThat(Traceparent.valid(text)).isNull();
    assertThat(Traceparent.traceId(text)).isEmpty();
  }

  @Test
  void noneIsNone() {
    assertThat(Traceparent.valid(null)).isNull();
  }
}
