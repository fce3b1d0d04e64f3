package fob.gateway.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.function.FunctionName;
import fob.function.Limits;
import fob.function.RetryPolicy;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistrationSettingsTest {

  @Test
  void defaults() {
    assertThat(RegistrationSettings.from(Map.of()))
        .isEqualTo(new RegistrationSettings("python", null, Limits.DEFAULT, RetryPolicy.DEFAULT));
  }

  @Test
  void everyKey() {
    // Given
    Map<String, String> parameters =
        Map.of(
            "lang", "node",
            "name", "add",
            "timeout", "1500ms",
            "concurrency", "4",
            "memory", "256",
            "instances", "2",
            "network", "true",
            "retries", "5",
            "max-age", "10m");

    // When
    RegistrationSettings settings = RegistrationSettings.from(parameters);

    // Then
    assertThat(settings)
        .isEqualTo(
            new RegistrationSettings(
                "node",
                new FunctionName("add"),
                new Limits(Duration.ofMillis(1500), 4, 256, 2, true),
                new RetryPolicy(5, Duration.ofMinutes(10))));
  }

  @ParameterizedTest
  @CsvSource({
    "timeout,99ms,'a duration from 100ms to 15m, such as 30s'",
    "timeout,16m,'a duration from 100ms to 15m, such as 30s'",
    "timeout,30,'a duration from 100ms to 15m, such as 30s'",
    "timeout,'','a duration from 100ms to 15m, such as 30s'",
    "concurrency,0,a whole number from 1 to 1000",
    "concurrency,1001,a whole number from 1 to 1000",
    "concurrency,many,a whole number from 1 to 1000",
    "memory,31,a whole number from 32 to 16384",
    "memory,16385,a whole number from 32 to 16384",
    "memory,128m,a whole number from 32 to 16384",
    "retries,-1,a whole number from 0 to 100",
    "retries,101,a whole number from 0 to 100",
    "max-age,500ms,'a duration from 1s to 24h, such as 10m'",
    "max-age,25h,'a duration from 1s to 24h, such as 10m'",
    "instances,0,a whole number from 1 to 100",
    "instances,101,a whole number from 1 to 100",
    "instances,99999999999,a whole number from 1 to 100",
    "network,yes,true or false",
    "network,TRUE,true or false",
    "name,Add,'a letter a-z, then up to 62 of a-z, 0-9 and ''-'', and not the form of an id'",
    "name,'','a letter a-z, then up to 62 of a-z, 0-9 and ''-'', and not the form of an id'"
  })
  void everyBadValue(String key, String value, String expected) {
    assertThatThrownBy(() -> RegistrationSettings.from(Map.of(key, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(key + "='" + value + "': expected " + expected);
  }

  @ParameterizedTest
  @CsvSource({
    "timeout,100ms",
    "timeout,15m",
    "concurrency,1",
    "concurrency,1000",
    "memory,32",
    "memory,16384",
    "instances,1",
    "instances,100",
    "network,false"
  })
  void theBoundsThemselvesAreFine(String key, String value) {
    assertThat(RegistrationSettings.from(Map.of(key, value)).language()).isEqualTo("python");
  }

  @Test
  void severalBadValuesAreToldAtOnce() {
    assertThatThrownBy(
            () -> RegistrationSettings.from(Map.of("memory", "1", "network", "on", "nmae", "add")))
        .hasMessage(
            "'nmae' is no setting; there are concurrency, instances, lang, max-age, memory, name,"
                + " network, retries, timeout; memory='1': expected a whole number from 32 to"
                + " 16384; network='on': expected true or false");
  }
}
