package fob.gateway.secret;

import fob.bus.Bus;
import fob.bus.table.SecretTable;
import fob.function.Environment;
import fob.function.SecretUse;
import fob.gateway.http.Problem;
import fob.secret.StoredSecret;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * The secrets that there are, encrypted. Each method first reads what was written up to now, also
 * by other gateways. Thread-safe.
 */
public final class Secrets implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final SecretTable table;

  public Secrets(Bus bus) {
    this.table = new SecretTable(bus, _ -> {});
  }

  /**
   * @throws IllegalStateException if the topic cannot be read to its end by the deadline
   */
  public void start(Instant deadline) throws InterruptedException {
    table.start(deadline);
  }

  /**
   * Returns all secrets by name, a live view.
   *
   * @throws Problem 503 if Kafka cannot be read now
   */
  Map<String, StoredSecret> all() {
    try {
      table.catchUp(Instant.now().plus(PATIENCE));
    } catch (IllegalStateException e) {
      throw Problem.busUnavailable("secrets cannot be read now");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.ofGateway(503, "stopping", "this gateway is stopping");
    }
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
