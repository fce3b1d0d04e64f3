package fob.gateway.secret;

import fob.bus.Bus;
import fob.bus.table.SecretTable;
import fob.function.Environment;
import fob.function.SecretUse;
import fob.gateway.http.Problem;
import fob.gateway.publish.CatchUp;
import fob.secret.StoredSecret;
import java.time.Instant;
import java.util.Map;

/**
 * The secrets that there are, encrypted. Each method first reads what was written up to now, also
 * by other gateways. Thread-safe.
 */
public final class Secrets implements AutoCloseable {

  private final SecretTable table;

  private Secrets(Bus bus) {
    this.table = new SecretTable(bus, _ -> {});
  }

  /**
   * Reads the secrets.
   *
   * @throws IllegalStateException if the topic cannot be read to its end by the deadline
   */
  public static Secrets start(Bus bus, Instant deadline) throws InterruptedException {
    Secrets secrets = new Secrets(bus);
    secrets.table.start(deadline);
    return secrets;
  }

  /**
   * Returns all secrets by name, a live view.
   *
   * @throws Problem 503 if Kafka cannot be read now
   */
  Map<String, StoredSecret> all() {
    CatchUp.of(table::catchUp, "secrets");
    return table.all();
  }

  /**
   * Checks that every secret of a function exists.
   *
   * @throws Problem 422 if one does not, or 503 if Kafka cannot be read now
   */
  public void require(Environment environment) {
    if (environment.secrets().isEmpty()) {
      return;
    }
    Map<String, StoredSecret> all = all();
    for (SecretUse use : environment.secrets()) {
      if (!all.containsKey(use.name())) {
        throw Problem.ofGateway(
            422,
            "unknown-secret",
            "there is no secret '%s'; write it first, with PUT /api/secrets/%1$s"
                .formatted(use.name()));
      }
    }
  }

  @Override
  public void close() {
    table.close();
  }
}
