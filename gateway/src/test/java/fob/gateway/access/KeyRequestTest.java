package fob.gateway.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.access.AccessKey;
import fob.access.Glob;
import fob.access.KeyText;
import fob.access.Quota;
import fob.access.Role;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyRequestTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private static AccessKey key(String json) {
    return KeyRequest.parse(json.getBytes(UTF_8), NOW).key(KeyText.random(), NOW, "ops (a1)");
  }

  @Test
  void everyMember() {
    // When
    AccessKey key =
        key(
            """
            {"name": "ci 2", "role": "deploy", "functions": "team-*", "secrets": "TEAM_*",
             "calls-per-second": 50, "concurrent": 4, "max-functions": 20, "expires": "2026-02-01T00:00:00Z"}
            """);

    // Then
    assertThat(key.name()).isEqualTo("ci 2");
    assertThat(key.role()).isEqualTo(Role.DEPLOY);
    assertThat(key.functions()).isEqualTo(new Glob("team-*"));
    assertThat(key.secrets()).isEqualTo(new Glob("TEAM_*"));
    assertThat(key.expires()).isEqualTo("2026-02-01T00:00:00Z");
    assertThat(key.quota()).isEqualTo(new Quota(50, 4, 20));
    assertThat(key.by()).isEqualTo("ops (a1)");
    assertThat(key.hasExpired(Instant.parse("2026-01-31T23:59:59Z"))).isFalse();
    assertThat(key.hasExpired(Instant.parse("2026-02-01T00:00:00Z"))).isTrue();
  }

  @Test
  void aKeyForAllFunctionsMayUseAllSecretsAndOthersNone() {
    assertThat(key("{\"name\":\"a\",\"role\":\"deploy\"}").secrets()).isEqualTo(Glob.ALL);
    assertThat(key("{\"name\":\"a\",\"role\":\"deploy\",\"functions\":\"a*\"}").secrets()).isNull();
  }

  @Test
  void howLongAKeyHoldsCanBeGiven() {
    assertThat(key("{\"name\":\"a\",\"role\":\"call\",\"expires\":\"24h\"}").expires())
        .isEqualTo("2026-01-02T00:00:00Z");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``                                                        | expected a JSON value",
        "[]                                                        | expected a JSON object",
        "{\"role\":\"call\"}                                       | 'name' is missing",
        "{\"name\":\"a\"}                                          | 'role' is missing",
        "{\"name\":1,\"role\":\"call\"}                            | 'name' is not text",
        "{\"name\":\"\",\"role\":\"call\"}                         | name=''",
        "{\"name\":\"a\\nb\",\"role\":\"call\"}                    | name=",
        "{\"name\":\"a\",\"role\":\"root\"}                        | role='root': expected one of metrics, call, deploy, admin",
        "{\"name\":\"a\",\"role\":\"call\",\"functions\":\"a.*\"}  | functions='a.*': expected",
        "{\"name\":\"a\",\"role\":\"admin\",\"functions\":\"a*\"}  | functions='a*': a key with the role admin",
        "{\"name\":\"a\",\"role\":\"call\",\"secrets\":\" \"}      | secrets=' ': expected",
        "{\"name\":\"a\",\"role\":\"call\",\"expires\":\"soon\"}   | expires='soon'",
        "{\"name\":\"a\",\"role\":\"call\",\"expires\":\"2025-01-01T00:00:00Z\"} | in the future",
        "{\"name\":\"a\",\"role\":\"call\",\"expires\":\"0s\"}     | in the future",
        "{\"name\":\"a\",\"role\":\"call\",\"concurrent\":0}      | concurrent=0: expected",
        "{\"name\":\"a\",\"role\":\"call\",\"concurrent\":1000001} | concurrent=1000001: expected",
        "{\"name\":\"a\",\"role\":\"deploy\",\"max-functions\":0} | max-functions=0: expected",
        "{\"name\":\"a\",\"role\":\"call\",\"max-functions\":1} | registers no functions",
        "{\"name\":\"a\",\"role\":\"call\",\"calls-per-second\":1.5} | calls-per-second=1.5: expected",
        "{\"name\":\"a\",\"role\":\"call\",\"calls-per-second\":\"9\"} | expected a whole number",
        "{\"name\":\"a\",\"role\":\"call\",\"pattern\":\"a\"}      | no member 'pattern'",
      })
  void whatIsWrongIsTold(String json, String why) {
    assertThatThrownBy(() -> key(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }
}
