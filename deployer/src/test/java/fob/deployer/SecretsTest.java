package fob.deployer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.secret.SecretKeys;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SecretsTest {

  private static final Code CODE = new Code(new byte[] {1});

  private static FunctionSpec spec(String... uses) {
    return TestSecrets.spec(FunctionId.random(), CODE, uses);
  }

  @Test
  void aFunctionGetsTheSecretsThatItNamesAndNoOthers() throws IOException {
    TestSecrets secrets = new TestSecrets();
    secrets.put("A", "one");
    secrets.put("B", "two");
    secrets.put("C", "three");

    Map<String, byte[]> values = secrets.of(spec("A", "B:file")).read();

    assertThat(values).containsOnlyKeys("A", "B");
    assertThat(new String(values.get("B"), UTF_8)).isEqualTo("two");
    assertThat(secrets.of(spec()).read()).isEmpty();
    assertThat(secrets.of(spec()).version()).isEmpty();
  }

  @Test
  void theVersionChangesWithEachWriteOfOneOfThem() {
    TestSecrets secrets = new TestSecrets();
    FunctionSecrets live = secrets.of(spec("A"));
    String missing = live.version();
    secrets.put("A", "one");
    String first = live.version();
    secrets.put("B", "other");

    assertThat(first).isNotEqualTo(missing).isEqualTo(live.version());
    secrets.put("A", "one");
    assertThat(live.version()).isNotEqualTo(first);
  }

  @Test
  void whatIsMissingIsNamed() {
    TestSecrets secrets = new TestSecrets();
    assertThatThrownBy(() -> secrets.of(spec("A")).read())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("there is no secret 'A'; write it with PUT /api/secrets/A");
    assertThatThrownBy(() -> new TestSecrets(Optional.empty()).of(spec("A")).token())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the deployer has no key for them: set FOB_SECRET_KEY");

    TestSecrets other = new TestSecrets(Optional.of(SecretKeys.parse("f".repeat(64))));
    other.put("A", "hush");
    assertThatThrownBy(() -> other.of(spec("A")).token())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the secret 'A' cannot be decrypted")
        .hasMessageNotContaining("hush");
  }

  @Test
  void theDriverHearsOnlyOfThoseThatAreVariables() {
    assertThat(FunctionSecrets.variables(spec("A", "B:file", "C").environment(), "file:///s"))
        .isEqualTo(Map.of("FOB_SECRETS_URL", "file:///s", "FOB_SECRET_ENV", "A,C"));
    assertThat(FunctionSecrets.variables(spec("B:file").environment(), "file:///s"))
        .isEqualTo(Map.of("FOB_SECRETS_URL", "file:///s"));
    assertThat(FunctionSecrets.variables(spec().environment(), "file:///s")).isEmpty();
  }
}
