package fob.bus.table;

import fob.bus.Bus;
import fob.bus.wire.SecretWire;
import fob.bus.wire.Topics;
import fob.secret.StoredSecret;
import fob.service.Loops;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Keeps {@code fob.secrets} in memory, encrypted. Follows the topic. Thread-safe. */
public final class SecretTable implements AutoCloseable {

  private final CompactedTable<StoredSecret> rows;

  /**
   * @param changed gets the name of each secret that was written or deleted; runs on the table's
   *     thread and must not block
   */
  public SecretTable(Bus bus, Consumer<String> changed) {
    this(bus.loops(), bus.follower(), changed);
  }

  /**
   * @param consumer from {@link Bus#follower}; this table closes it
   * @param changed as above
   */
  public SecretTable(
      Loops loops,
      org.apache.kafka.clients.consumer.Consumer<String, byte[]> consumer,
      Consumer<String> changed) {
    this.rows =
        new CompactedTable<>(
            loops, Topics.SECRETS, consumer, SecretWire::decode, (name, _) -> changed.accept(name));
  }

  /**
   * @throws IllegalStateException if the topic cannot be read to its end by the deadline
   */
  public void start(Instant deadline) throws InterruptedException {
    rows.start(deadline);
  }

  /**
   * Waits until everything that was written up to now is here; see {@link CompactedTable#catchUp}.
   */
  public void catchUp(Instant deadline) throws InterruptedException {
    rows.catchUp(deadline);
  }

  /** Whether all that was written before the start has been read. */
  public boolean isLoaded() {
    return rows.isLoaded();
  }

  public Optional<StoredSecret> get(String name) {
    return rows.get(name);
  }

  /** A live, unmodifiable view of all secrets. */
  public Map<String, StoredSecret> all() {
    return rows.rows();
  }

  @Override
  public void close() {
    rows.close();
  }
}
