package fob.deployer;

import fob.bus.table.SecretTable;
import fob.function.FunctionSpec;
import fob.function.SecretUse;
import fob.secret.SecretKeys;
import fob.secret.StoredSecret;
import fob.secret.UnreadableSecret;
import fob.service.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives functions their secrets. Keeps no decrypted value. Thread-safe. */
final class Secrets {

  private static final Logger LOGGER = LoggerFactory.getLogger(Secrets.class);
  private static final Duration CATCH_UP = Duration.ofSeconds(2);
  private static final int VERSION_DIGITS = 16;

  private final Function<String, Optional<StoredSecret>> stored;
  private final Runnable catchUp;
  private final Optional<SecretKeys> keys;

  /**
   * @param table the secrets that there are
   * @param keys empty: this deployer has no key, so functions with secrets cannot run
   */
  Secrets(SecretTable table, Optional<SecretKeys> keys) {
    this(table::get, () -> catchUp(table), keys);
  }

  Secrets(
      Function<String, Optional<StoredSecret>> stored,
      Runnable catchUp,
      Optional<SecretKeys> keys) {
    this.stored = stored;
    this.catchUp = catchUp;
    this.keys = keys;
  }

  /** No secret exists. */
  static Secrets none() {
    return new Secrets(_ -> Optional.empty(), () -> {}, Optional.empty());
  }

  /**
   * Returns the secrets and the token of a function that is about to be deployed. Those that were
   * written before its registration are known then, unless the bus cannot be read now.
   */
  FunctionSecrets of(FunctionSpec spec) {
    if (spec.environment().secrets().isEmpty()) {
      return keys.<FunctionSecrets>map(own -> new FunctionSecrets.None(own.token(spec.id())))
          .orElse(FunctionSecrets.NONE);
    }
    catchUp.run();
    return new Live(spec);
  }

  private static void catchUp(SecretTable table) {
    try {
      table.catchUp(Instant.now().plus(CATCH_UP));
    } catch (IllegalStateException e) {
      LOGGER.atWarn().log("secrets cannot be read now: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Live implements FunctionSecrets {

    private final FunctionSpec spec;

    Live(FunctionSpec spec) {
      this.spec = spec;
    }

    @Override
    public String version() {
      String versions =
          spec.environment().secrets().stream()
              .map(SecretUse::name)
              .map(name -> name + "=" + stored.apply(name).map(StoredSecret::version).orElse(""))
              .collect(Collectors.joining(","));
      return Sha256.of(versions.getBytes(StandardCharsets.UTF_8)).substring(0, VERSION_DIGITS);
    }

    @Override
    public Map<String, byte[]> read() throws IOException {
      SecretKeys own = keys();
      Map<String, byte[]> values = new TreeMap<>();
      for (SecretUse use : spec.environment().secrets()) {
        StoredSecret secret =
            stored
                .apply(use.name())
                .orElseThrow(() ->
                    new IOException(
                        "there is no secret '%s'; write it with PUT /api/secrets/%1$s, and the function starts"
                            .formatted(use.name())));
        try {
          values.put(use.name(), own.open(secret));
        } catch (UnreadableSecret e) {
          throw new IOException(e.getMessage(), e);
        }
      }
      return values;
    }

    @Override
    public String token() throws IOException {
      read().values().forEach(value -> Arrays.fill(value, (byte) 0));
      return keys().token(spec.id());
    }

    private SecretKeys keys() throws IOException {
      return keys.orElseThrow(() ->
          new IOException(
              "the function has secrets, and the deployer has no key for them: set %s at the deployer, the same as at the gateways"
                  .formatted(SecretKeys.VARIABLE)));
    }
  }
}
