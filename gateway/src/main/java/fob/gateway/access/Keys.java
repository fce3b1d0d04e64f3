package fob.gateway.access;

import fob.access.AccessKey;
import fob.access.Glob;
import fob.access.KeyText;
import fob.access.Quota;
import fob.access.Role;
import fob.bus.Bus;
import fob.bus.table.CompactedTable;
import fob.bus.wire.AccessKeyWire;
import fob.bus.wire.Topics;
import fob.gateway.publish.CatchUp;
import fob.service.Loops;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The keys that there are: those on {@code fob.access}, which all gateways follow, and those that
 * this gateway was started with. Thread-safe.
 */
public final class Keys implements AutoCloseable {

  /** How many requests with unknown keys look for the newest keys at a time. */
  private static final int MOST_LOOKING = 4;

  private final CompactedTable<AccessKey> table;
  private final Map<String, AccessKey> own = new HashMap<>();
  private final KeyText internal = KeyText.random();
  private final boolean hasAdmin;
  private final Semaphore looking = new Semaphore(MOST_LOOKING);
  private volatile boolean isAnyMade;

  /**
   * @param consumer from {@link Bus#follower}; closed with this
   * @param admin the operator's admin key; empty: none
   */
  Keys(Loops loops, Consumer<String, byte[]> consumer, Optional<KeyText> admin) {
    this.table =
        new CompactedTable<>(
            loops, Topics.ACCESS, consumer, AccessKeyWire::decode, (_, _) -> changed());
    this.hasAdmin = admin.isPresent();
    admin.ifPresent(text -> own.put(text.id(), key(text, AccessConfig.ADMIN_KEY, Role.ADMIN)));
    own.put(internal.id(), key(internal, "gateway", Role.CALL));
  }

  /**
   * Reads the keys.
   *
   * @throws IllegalStateException if the topic cannot be read to its end by the deadline
   */
  public static Keys start(Bus bus, AccessConfig config, Instant deadline)
      throws InterruptedException {
    Keys keys = new Keys(bus.loops(), bus.follower(), config.admin());
    keys.start(deadline);
    return keys;
  }

  private static AccessKey key(KeyText text, String name, Role role) {
    return new AccessKey(
        text.id(),
        text.sha256(),
        name,
        role,
        Glob.ALL,
        Glob.ALL,
        Quota.NONE,
        Instant.EPOCH,
        "the operator",
        null,
        null);
  }

  void start(Instant deadline) throws InterruptedException {
    table.start(deadline);
  }

  private void changed() {
    isAnyMade = made().stream().anyMatch(key -> !key.isRevoked());
  }

  /** Whether requests need a key. */
  public boolean areNeeded() {
    return hasAdmin || isAnyMade;
  }

  /** The key with which this gateway calls itself. It does not make keys necessary. */
  public KeyText internal() {
    return internal;
  }

  /** Whether the operator has given this gateway an admin key. */
  boolean hasAdmin() {
    return hasAdmin;
  }

  /**
   * Finds the key with this text, also if it has expired or was deleted. A key that is not known
   * may have been made by another gateway just now, so the topic is read to its end first.
   */
  Optional<AccessKey> find(KeyText text) {
    Optional<AccessKey> known = known(text);
    if (known.isEmpty() && get(text.id()) == null && looking.tryAcquire()) {
      try {
        catchUp();
        return known(text);
      } finally {
        looking.release();
      }
    }
    return known;
  }

  private Optional<AccessKey> known(KeyText text) {
    AccessKey mine = own.get(text.id());
    return mine != null && text.hasSha256(mine.sha256())
        ? Optional.of(mine)
        : table.get(text.id()).filter(key -> text.hasSha256(key.sha256()));
  }

  /** Reads what other gateways have written up to now. */
  void catchUp() {
    CatchUp.of(table::catchUp, "keys");
  }

  /** A key that was made, by its id; null if there is none. */
  @Nullable AccessKey get(String id) {
    return table.get(id).orElse(null);
  }

  /** A live view of the keys that were made, also of those that were deleted lately. */
  Collection<AccessKey> made() {
    return table.rows().values();
  }

  /** Whether an id is in use. */
  boolean isTaken(String id) {
    return own.containsKey(id) || get(id) != null;
  }

  @Override
  public void close() {
    table.close();
  }
}
