package fob.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryPolicyTest {

  @ParameterizedTest
  @CsvSource({"0, PT1S", "100, PT24H", "2, PT1H"})
  void valuesAtTheirBoundsAreAccepted(int retries, Duration maxAge) {
    // When
    RetryPolicy policy = new RetryPolicy(retries, maxAge);

    // Then
    assertThat(policy.retries()).isEqualTo(retries);
    assertThat(policy.maxAge()).isEqualTo(maxAge);
  }

  @ParameterizedTest
  @CsvSource({
    "-1, PT1H, 'retries must be 0 to 100, not -1'",
    "101, PT1H, 'retries must be 0 to 100, not 101'",
    "2, PT0.999S, 'max age must be 1s to 24h, not PT0.999S'",
    "2, PT24H0.001S, 'max age must be 1s to 24h, not PT24H0.001S'"
  })
  void valuesOutOfBoundsAreRefused(int retries, Duration maxAge, String why) {
    assertThatThrownBy(() -> new RetryPolicy(retries, maxAge))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(why);
  }

  @Test
  void defaultIsTwoRetriesWithinAnHour() {
    assertThat(RetryPolicy.DEFAULT).isEqualTo(new RetryPolicy(2, Duration.ofHours(1)));
  }
}
