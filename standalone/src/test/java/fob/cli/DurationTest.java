package fob.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.service.Durations;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The command line reads durations as the services do. It depends on no other module, so it has a
 * reader of its own, and this test is where both are on the class path.
 */
class DurationTest {

  @ParameterizedTest
  @ValueSource(strings = {"0s", "0ms", "500ms", "30s", "5m", "1h", "7d", "007s", "999999999d"})
  void commandLineReadsDurationLikeServices(String text) {
    assertThat(Client.duration("--since", text)).isEqualTo(Durations.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5",
        "s",
        "-1s",
        "1.5s",
        "1 s",
        " 1s",
        "1S",
        "1w",
        "1234567890s",
        "1s\n",
        "٣s"
      })
  void commandLineAndServicesRefuseTheSameText(String text) {
    assertThatThrownBy(() -> Durations.parse(text)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Client.duration("--since", text))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("--since=" + text);
  }
}
