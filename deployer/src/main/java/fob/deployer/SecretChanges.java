package fob.deployer;

import fob.bus.Bus;
import fob.bus.table.SecretTable;
import java.time.Duration;
import java.time.Instant;

/**
 * Follows {@code fob.secrets}, and tells the active deployer of secrets that were written or
 * deleted. Thread-safe.
 */
final class SecretChanges implements AutoCloseable {

  /** Somebody who writes several secrets of a function gets one restart of its instances. */
  private static final Duration SETTLING = Duration.ofMillis(500);

  /** Is told the name of a changed secret, on {@link Decisions}. */
  @FunctionalInterface
  interface Listener {
    void changed(String name);
  }

  private final Decisions decisions;
  private final Listener listener;
  private final SecretTable table;

  SecretChanges(Bus bus, Decisions decisions, Listener listener) {
    this.decisions = decisions;
    this.listener = listener;
    this.table = new SecretTable(bus, this::heard);
  }

  private void heard(String name) {
    decisions.later(SETTLING, () -> listener.changed(name));
  }

  SecretTable table() {
    return table;
  }

  /**
   * @throws IllegalStateException if the topic cannot be read to its end by the deadline
   */
  void start(Instant deadline) throws InterruptedException {
    table.start(deadline);
  }

  @Override
  public void close() {
    table.close();
  }
}
