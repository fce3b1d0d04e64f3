package fob.gateway.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.function.Environment;
import fob.function.FunctionName;
import fob.function.Limits;
import fob.function.RetryPolicy;
import fob.function.SecretUse;
import fob.function.Upload;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrationSettingsTest {

  @Test
  void defaults() {
    assertThat(RegistrationSettings.from(Map.of()))
        .isEqualTo(
            new RegistrationSettings(
                null,
                Upload.SOURCE,
                null,
                Limits.DEFAULT,
                RetryPolicy.DEFAULT,
                Environment.EMPTY,
                false));
  }

  @Test
  void everyKey() {
    // Given
    Map<String, String> parameters =
        Map.of(
            "lang", "node",
            "entry", "src/index.js",
            "name", "add",
            "timeout", "1500ms",
            "concurrency", "4",
            "memory", "256",
            "instances", "2",
            "network", "true",
            "mcp", "true",
            "retries", "5");

    // When
    RegistrationSettings settings = RegistrationSettings.from(parameters);

    // Then
    assertThat(settings)
        .isEqualTo(
            new RegistrationSettings(
                "node",
                new Upload("src/index.js", null),
                new FunctionName("add"),
                new Limits(Duration.ofMillis(1500), 4, 256, 2, true),
                new RetryPolicy(5, RetryPolicy.DEFAULT.maxAge()),
                Environment.EMPTY,
                true));
  }

  @Test
  void aToolNeedsAName() {
    assertThatThrownBy(() -> RegistrationSettings.from(Map.of("mcp", "true")))
        .hasMessageContaining("mcp='true': a tool is called by the function's name");
    assertThatThrownBy(() -> RegistrationSettings.from(Map.of("mcp", "yes", "name", "a")))
        .hasMessageContaining("mcp='yes': expected true or false");
  }

  @Test
  void aFunctionWithAnImageRunsOneCallAtATimeUnlessItSaysMore() {
    // When
    RegistrationSettings usual = RegistrationSettings.from(Map.of("image", "a/b:1", "main", "go"));
    RegistrationSettings more =
        RegistrationSettings.from(Map.of("image", "a/b", "concurrency", "4"));

    // Then
    assertThat(usual.upload()).isEqualTo(new Upload(null, "a/b:1", "go"));
    assertThat(usual.limits().concurrency()).isEqualTo(1);
    assertThat(more.limits().concurrency()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A Name", "a/B", "-x", "a:", "a@sha256:12", "../etc", "a\nb"})
  void malformedImagesAreRefused(String image) {
    assertThatThrownBy(() -> RegistrationSettings.from(Map.of("image", image)))
        .hasMessageContaining("'image' must be the name of an image");
  }

  @Test
  void settingsThatDoNotGoWithAnImageAreRefused() {
    assertThatThrownBy(() -> RegistrationSettings.from(Map.of("image", "a", "lang", "node")))
        .hasMessageContaining("lang='node': the image says how the code runs");
    assertThatThrownBy(() -> RegistrationSettings.from(Map.of("main", "go")))
        .hasMessageContaining("'main' is only for a function with an image");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "openwhisk/action-python-v3.12:latest",
        "registry.example.com:5000/a/b__c-d:1.0",
        "localhost/a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      })
  void namesOfImagesAreThoseOfDocker(String image) {
    assertThat(RegistrationSettings.from(Map.of("image", image)).upload().image()).isEqualTo(image);
  }

  @ParameterizedTest
  @CsvSource({"0.01,10", "0.5,500", "1,1000", "1.0,1000", "1.250,1250", "64,64000"})
  void cpusAreCores(String text, int millis) {
    assertThat(RegistrationSettings.from(Map.of("cpus", text)).limits().cpuMillis())
        .isEqualTo(millis);
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
    "cpus,0.009,'a number of cores from 0.01 to 64 with at most three decimals, such as 0.5'",
    "cpus,64.001,'a number of cores from 0.01 to 64 with at most three decimals, such as 0.5'",
    "cpus,0.5555,'a number of cores from 0.01 to 64 with at most three decimals, such as 0.5'",
    "cpus,1e999999999,'a number of cores from 0.01 to 64 with at most three decimals, such as 0.5'",
    "cpus,one,'a number of cores from 0.01 to 64 with at most three decimals, such as 0.5'",
    "memory,31,a whole number from 32 to 16384",
    "memory,16385,a whole number from 32 to 16384",
    "memory,128m,a whole number from 32 to 16384",
    "retries,-1,a whole number from 0 to 100",
    "retries,101,a whole number from 0 to 100",
    "max-age,500ms,'a duration from 1s to 24h, such as 10m'",
    "idle,4s,'a duration from 5s to 24h, such as 10m; leave it out for instances that run always'",
    "idle,25h,'a duration from 5s to 24h, such as 10m; leave it out for instances that run always'",
    "idle,off,'a duration from 5s to 24h, such as 10m; leave it out for instances that run always'",
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
    assertThat(RegistrationSettings.from(Map.of(key, value)).language()).isNull();
  }

  @Test
  void severalBadValuesAreToldAtOnce() {
    assertThatThrownBy(
            () -> RegistrationSettings.from(Map.of("memory", "1", "network", "on", "nmae", "add")))
        .hasMessage(
            "'nmae' is no setting; there are concurrency, cpus, entry, env.NAME, idle, image, instances, keep, lang, main, max-age, mcp,"
                + " memory, name, network, retries, secret, spread, timeout; memory='1': expected a whole number from 32 to"
                + " 16384; network='on': expected true or false");
  }

  @Test
  void idleIsALimitThatIsMissingUnlessItIsGiven() {
    assertThat(RegistrationSettings.from(Map.of("idle", "10m")).limits().idle())
        .isEqualTo(Duration.ofMinutes(10));
    assertThat(RegistrationSettings.from(Map.of()).limits().idle()).isNull();
  }

  @Test
  void keepIsTheTimeForAnOldVersionOfAName() {
    assertThat(RegistrationSettings.from(Map.of("name", "add", "keep", "5m")).limits().keep())
        .isEqualTo(Duration.ofMinutes(5));
    assertThat(RegistrationSettings.from(Map.of()).limits().keep())
        .isEqualTo(Duration.ofMinutes(10));
    assertThatThrownBy(() -> RegistrationSettings.from(Map.of("name", "add", "keep", "1s")))
        .hasMessage("keep='1s': expected a duration from 5s to 24h, such as 10m");
    assertThatThrownBy(() -> RegistrationSettings.from(Map.of("keep", "10m")))
        .hasMessageContaining("give the function a name, or leave keep out");
  }

  @Test
  void aNameWithAVersionIsRefusedSinceFobNumbersThem() {
    assertThatThrownBy(() -> RegistrationSettings.from(Map.of("name", "add@2")))
        .hasMessageContaining("there is no '@' in a name, since fob numbers its versions itself");
  }

  @Test
  void variablesAndSecretsAreTheEnvironment() {
    // When
    Environment environment =
        RegistrationSettings.from(
                Map.of("env.MODE", "fast", "env.EMPTY", "", "secret", "TOKEN,KEY:file"))
            .environment();

    // Then
    assertThat(environment.variables()).isEqualTo(Map.of("EMPTY", "", "MODE", "fast"));
    assertThat(environment.secrets())
        .containsExactly(new SecretUse("TOKEN", false), new SecretUse("KEY", true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "env.|'' is no name of a variable",
        "env.1A|'1A' is no name of a variable",
        "env.PATH|'PATH' is set by fob",
        "env.FOB_LISTEN|'FOB_LISTEN' is set by fob",
        "secret|'x' is no name of a variable"
      },
      quoteCharacter = '`')
  void aBadNameIsToldWithWhatWasExpected(String key, String expected) {
    assertThatThrownBy(
            () -> RegistrationSettings.from(Map.of(key, key.equals("secret") ? "a b" : "1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(expected.replace("'x'", "'a b'"));
  }

  @Test
  void settingsInJsonAreAddedToThoseOfTheQuery() {
    // When
    Map<String, String> merged =
        EnvironmentSettings.merge(
            Map.of("name", "add", "env.A", "1"),
            json("{'env': {'B': '2', 'C': 3}, 'secrets': ['TOKEN', 'KEY:file'], 'memory': 256}"));

    // Then
    assertThat(merged)
        .isEqualTo(
            Map.of(
                "name",
                "add",
                "env.A",
                "1",
                "env.B",
                "2",
                "env.C",
                "3",
                "secret",
                "TOKEN,KEY:file",
                "memory",
                "256"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1]|the settings must be a JSON object",
        "{'env': 1}|'env' must be an object",
        "{'env': {'A': [1]}}|'A' must be a text",
        "{'env': {'A': null}}|'A' must be a text",
        "{'env': {'TAKEN': '1'}}|'env.TAKEN' is given twice",
        "{'secrets': 'A'}|'secrets' must be an array",
        "{'name': {}}|'name' must be a text"
      },
      quoteCharacter = '`')
  void wrongSettingsInJsonAreRefused(String settings, String expected) {
    assertThatThrownBy(() -> EnvironmentSettings.merge(Map.of("env.TAKEN", "0"), json(settings)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(expected);
  }

  private static byte[] json(String text) {
    return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void spreadIsAtMostTheNumberOfInstances() {
    assertThat(RegistrationSettings.from(Map.of("instances", "4", "spread", "4")).limits().spread())
        .isEqualTo(4);
    assertThat(RegistrationSettings.from(Map.of("instances", "4")).limits().spread()).isEqualTo(1);
    assertThatThrownBy(() -> RegistrationSettings.from(Map.of("instances", "2", "spread", "3")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "spread='3': expected a whole number from 1 to the number of instances, which is 2");
  }
}
