package fob.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.function.FunctionId;
import java.time.Instant;
import java.util.Base64;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretKeysTest {

  private static final String ONE = Base64.getEncoder().encodeToString(new byte[32]);
  private static final String OTHER = "0123456789abcdef".repeat(4);
  private static final byte[] VALUE = "hush-hush".getBytes(UTF_8);

  private static StoredSecret stored(String name, String sealed) {
    return new StoredSecret(name, sealed, Instant.EPOCH);
  }

  @Test
  void aValueComesBackAndIsNotInWhatIsStored() throws Exception {
    SecretKeys keys = SecretKeys.parse(ONE);
    StoredSecret secret = stored("TOKEN", keys.seal("TOKEN", VALUE));

    assertThat(keys.open(secret)).isEqualTo(VALUE);
    assertThat(new String(Base64.getDecoder().decode(secret.sealed()), UTF_8))
        .doesNotContain("hush");
  }

  /** Both must stay as they are: they are on Kafka, and in the apps of a Marathon. */
  @Test
  void whatAnEarlierFobHasWrittenCanBeRead() throws Exception {
    SecretKeys keys = SecretKeys.parse(OTHER);
    StoredSecret secret = stored("TOKEN", "Ae/VMQ8aKYfQ02pEJ/8JuLIsfGbPjRyvpfwFZD/wBd6jnbnN2hQ=");
    FunctionId function = FunctionId.parse("3f2b8a10-1c2d-4e3f-8a9b-0c1d2e3f4a5b").orElseThrow();

    assertThat(keys.open(secret)).isEqualTo(VALUE);
    assertThat(keys.accepts("GQMQtjj9TyiCTsF6rJi3F9QG3YY3VsScniH9nETWNis", function)).isTrue();
  }

  @Test
  void theSameValueIsStoredInAnotherFormAndVersionEachTime() {
    SecretKeys keys = SecretKeys.parse(ONE);
    assertThat(
            IntStream.range(0, 100)
                .mapToObj(_ -> stored("TOKEN", keys.seal("TOKEN", VALUE)).version())
                .distinct())
        .hasSize(100);
  }

  @Test
  void aChangedByteIsNoticedWhereverItIs() {
    SecretKeys keys = SecretKeys.parse(ONE);
    byte[] sealed = Base64.getDecoder().decode(keys.seal("TOKEN", VALUE));
    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      StoredSecret secret = stored("TOKEN", Base64.getEncoder().encodeToString(changed));
      assertThatThrownBy(() -> keys.open(secret))
          .as("byte %d", i)
          .isInstanceOf(UnreadableSecret.class)
          .hasMessageNotContaining("hush");
    }
  }

  @Test
  void aRecordThatIsTooShortIsNoticed() {
    assertThatThrownBy(() -> SecretKeys.parse(ONE).open(stored("TOKEN", "AQID")))
        .isInstanceOf(UnreadableSecret.class);
    assertThatThrownBy(() -> SecretKeys.parse(ONE).open(stored("TOKEN", "")))
        .isInstanceOf(UnreadableSecret.class);
  }

  @Test
  void oneSecretCannotBePutInThePlaceOfAnother() {
    SecretKeys keys = SecretKeys.parse(ONE);
    StoredSecret swapped = stored("OTHER", keys.seal("TOKEN", VALUE));
    assertThatThrownBy(() -> keys.open(swapped))
        .isInstanceOf(UnreadableSecret.class)
        .hasMessageContaining("the secret 'OTHER' cannot be decrypted");
  }

  @Test
  void anotherKeyCannotReadItUntilItIsListedBehindTheNewOne() throws Exception {
    StoredSecret secret = stored("TOKEN", SecretKeys.parse(ONE).seal("TOKEN", VALUE));
    assertThatThrownBy(() -> SecretKeys.parse(OTHER).open(secret))
        .isInstanceOf(UnreadableSecret.class)
        .hasMessageContaining("FOB_SECRET_KEY");
    assertThat(SecretKeys.parse(OTHER + ", " + ONE).open(secret)).isEqualTo(VALUE);

    StoredSecret rotated =
        stored("TOKEN", SecretKeys.parse(OTHER + "," + ONE).seal("TOKEN", VALUE));
    assertThat(SecretKeys.parse(OTHER).open(rotated)).isEqualTo(VALUE);
  }

  @Test
  void aTokenIsGoodForOneFunctionAndOneKey() {
    FunctionId function = FunctionId.random();
    String token = SecretKeys.parse(ONE).token(function);
    assertThat(SecretKeys.parse(ONE).accepts(token, function)).isTrue();
    assertThat(SecretKeys.parse(OTHER + "," + ONE).accepts(token, function)).isTrue();
    assertThat(SecretKeys.parse(ONE).accepts(token, FunctionId.random())).isFalse();
    assertThat(SecretKeys.parse(OTHER).accepts(token, function)).isFalse();
    assertThat(SecretKeys.parse(ONE).accepts("", function)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hush", "aHVzaA==", "zz", "hushhushhushhushhushhushhushhush", ","})
  void otherTextIsNoKeyAndIsNotShown(String text) {
    assertThatThrownBy(() -> SecretKeys.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected 32 random bytes in base64 or hex")
        .hasMessageNotContaining("hush")
        .hasNoCause();
    assertThat(SecretKeys.parse(ONE)).hasToString("SecretKeys[1]");
  }

  @Test
  void aValueIsTextWithinBounds() {
    SecretValue.require(new byte[] {'x'});
    SecretValue.require("x".repeat(64 * 1024).getBytes(UTF_8));
    assertThatThrownBy(() -> SecretValue.require(new byte[0])).hasMessageContaining("is empty");
    assertThatThrownBy(() -> SecretValue.require("hush".repeat(16 * 1024 + 1).getBytes(UTF_8)))
        .hasMessageContaining("has 65540 bytes, the most is 65536");
    assertThatThrownBy(() -> SecretValue.require("hush\0".getBytes(UTF_8)))
        .hasMessageContaining("NUL")
        .hasMessageNotContaining("hush");
    assertThatThrownBy(() -> SecretValue.require(new byte[] {'h', (byte) 0xff}))
        .hasMessageContaining("no UTF-8 text");
  }
}
