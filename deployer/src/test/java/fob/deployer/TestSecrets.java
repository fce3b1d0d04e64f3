package fob.deployer;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.function.Code;
import fob.function.Environment;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.Limits;
import fob.function.RetryPolicy;
import fob.function.SecretUse;
import fob.function.Upload;
import fob.secret.SecretKeys;
import fob.secret.StoredSecret;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Encrypted secrets without a bus, and functions that use them. Thread-safe. */
public final class TestSecrets {

  private static final SecretKeys KEYS = SecretKeys.parse("0123456789abcdef".repeat(4));

  private final Map<String, StoredSecret> stored = new ConcurrentHashMap<>();
  private final Secrets secrets;

  public TestSecrets() {
    this(Optional.of(KEYS));
  }

  /**
   * @param keys of the deployer
   */
  public TestSecrets(Optional<SecretKeys> keys) {
    this.secrets = new Secrets(name -> Optional.ofNullable(stored.get(name)), () -> {}, keys);
  }

  /** Writes a secret, with a key that only some deployers have. */
  public void put(String name, String value) {
    stored.put(name, new StoredSecret(name, KEYS.seal(name, value.getBytes(UTF_8)), Instant.EPOCH));
  }

  /** Returns a Python function that uses secrets, such as {@code NAME} or {@code NAME:file}. */
  public static FunctionSpec spec(FunctionId id, Code code, String... uses) {
    List<SecretUse> parsed = Arrays.stream(uses).map(SecretUse::parse).toList();
    return new FunctionSpec(
        id,
        "python",
        null,
        Limits.DEFAULT,
        RetryPolicy.DEFAULT,
        new Environment(Map.of(), parsed),
        Upload.SOURCE,
        code.sha256(),
        code.bytes().length,
        Instant.EPOCH);
  }

  public FunctionSecrets of(FunctionSpec spec) {
    return secrets.of(spec);
  }

  /** Returns the code together with the function's secrets. */
  public CodeSource with(FunctionSpec spec, Code code) {
    CodeSource source = () -> code;
    return source.with(of(spec));
  }
}
