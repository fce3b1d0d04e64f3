package fob.gateway.publish;

import fob.gateway.http.Problem;
import java.time.Duration;
import java.time.Instant;

/** Waits until a table has what was written up to now, also by other gateways. Thread-safe. */
public final class CatchUp {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** A topic in memory. */
  @FunctionalInterface
  public interface Table {
    /**
     * @throws IllegalStateException if the topic cannot be read to its end by the deadline
     */
    void catchUp(Instant deadline) throws InterruptedException;
  }

  private CatchUp() {}

  /**
   * Waits for up to 5 s.
   *
   * @param what names what the table has, for messages
   * @throws Problem 503 if Kafka cannot be read now
   */
  public static void of(Table table, String what) {
    try {
      table.catchUp(Instant.now().plus(PATIENCE));
    } catch (IllegalStateException e) {
      throw Problem.busUnavailable(what + " cannot be read now");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.ofGateway(503, "stopping", "this gateway is stopping");
    }
  }
}
