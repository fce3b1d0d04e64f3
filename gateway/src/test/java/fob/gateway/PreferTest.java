package fob.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreferTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "wait=30|30",
        "wait=0|0",
        " wait = 30 |30",
        "wait=\"30\"|30",
        "Wait=30|30",
        "respond-async, wait=10|10",
        "wait=10, respond-async|10",
        "wait=10;foo=bar|10",
        "wait=300|300",
        "wait=301|300",
        "wait=999999|300"
      })
  void aClientSaysHowLongItWaitsButNotMoreThanFiveMinutes(String header, long seconds) {
    assertThat(Prefer.wait(header)).contains(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "wait",
        "wait=",
        "wait=x",
        "wait=-1",
        "wait=1.5",
        "wait=9999999",
        "await=5",
        "wait=5s",
        "respond-async",
        "x-wait=5",
        "waiting=5"
      })
  void aPreferenceThatIsMalformedIsNone(String header) {
    assertThat(Prefer.wait(header)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "respond-async",
        " Respond-Async ",
        "respond-async, wait=10",
        "wait=10, respond-async",
        "wait=10,respond-async,return=minimal",
        "respond-async;foo=bar"
      })
  void aClientMayAskNotToWait(String header) {
    assertThat(Prefer.respondAsync(header)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "wait=10", "x-respond-async", "respond-asynchronously", "respond-async=no"})
  void anythingElseDoesNotAskForThat(String header) {
    assertThat(Prefer.respondAsync(header)).isFalse();
  }

  @Test
  void noHeaderIsNoPreference() {
    assertThat(Prefer.wait(null)).isEmpty();
    assertThat(Prefer.respondAsync(null)).isFalse();
  }
}
