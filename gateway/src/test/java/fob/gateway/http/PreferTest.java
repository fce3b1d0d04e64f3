package fob.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
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
        "wait=9999999|300",
        "wait=99999999999999999999|300",
        "wait=5, wait=6|5",
        "x=\"a,wait=7\", wait=8|8",
        "x=\"a\\\",wait=7\", wait=8|8"
      })
  void aClientSaysHowLongItWaitsButNotMoreThanFiveMinutes(String header, long seconds) {
    assertThat(Prefer.parse(header).waiting()).contains(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "wait",
        "wait=",
        "wait=x",
        "wait=abc",
        "wait=-1",
        "wait=1.5",
        "wait=5s",
        "wait=\"5",
        "wait=٣",
        "wait=1, wait=x",
        "respond-async=no",
        "respond-async=\"",
        "x=\"y"
      })
  void aPreferenceThatIsMalformedIsRefused(String header) {
    assertThatThrownBy(() -> Prefer.parse(header))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.status()).isEqualTo(400))
        .hasMessageContaining("Prefer", "expected");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",", "await=5", "respond-async", "x-wait=5", "waiting=5", "x;wait=5"})
  void anythingElseDoesNotSayHowLong(String header) {
    assertThat(Prefer.parse(header).waiting()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "respond-async",
        " Respond-Async ",
        "respond-async, wait=10",
        "wait=10, respond-async",
        "wait=10,respond-async,return=minimal",
        "respond-async;foo=bar",
        "respond-async=\"\""
      })
  void aClientMayAskNotToWait(String header) {
    assertThat(Prefer.parse(header).respondAsync()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "wait=10", "x-respond-async", "respond-asynchronously", "x=\"respond-async\""})
  void anythingElseDoesNotAskForThat(String header) {
    assertThat(Prefer.parse(header).respondAsync()).isFalse();
  }
}
