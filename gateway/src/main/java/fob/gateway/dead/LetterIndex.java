package fob.gateway.dead;

import fob.call.Failure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where the dead letters are on the topic, by id and in their order, in some 50 bytes each. When
 * there are too many, the oldest leave. Thread-safe.
 */
final class LetterIndex {

  private static final int LENGTH_OF_UUID = 36;

  private final int most;
  private LetterTable table = new LetterTable(); // guarded by this
  private long leftOut; // guarded by this

  /**
   * @param most how many letters this holds
   */
  LetterIndex(int most) {
    this.most = most;
  }

  /**
   * Letters that were asked for.
   *
   * @param total how many there are, on all pages
   * @param offsets where those of this page are, the newest first
   * @param more whether older ones follow
   */
  record Selected(int total, long[] offsets, boolean more) {}

  /**
   * Which letters are wanted.
   *
   * @param functions the ids or names of their function; empty: of any
   * @param reason null: any
   * @param since those that died earlier are not wanted
   */
  record Filter(Set<String> functions, @Nullable Failure reason, Instant since) {}

  /** Adds a letter that is later on the topic than all others. It replaces one with its id. */
  synchronized void add(String id, String function, Failure reason, Instant died, long offset) {
    remove(id);
    if (table.live() == most) {
      table.removeOldest();
      leftOut++;
    }
    if (table.isFull()) {
      table = table.rebuilt();
    }
    UUID key = key(id);
    table.add(key, function, reason, Math.toIntExact(died.getEpochSecond()), offset);
  }

  synchronized void remove(String id) {
    table.remove(key(id));
  }

  /** The offset of the letter with this id. */
  synchronized OptionalLong offset(String id) {
    int row = table.find(key(id));
    return row < 0 ? OptionalLong.empty() : OptionalLong.of(table.offset(row));
  }

  /**
   * Selects letters, the newest first.
   *
   * @param before only letters before this offset are on the page
   * @param limit how many letters the page has at most
   */
  synchronized Selected select(Filter filter, long before, int limit) {
    boolean[] functions = table.matching(filter.functions());
    long since = filter.since().getEpochSecond();
    long[] page = new long[limit];
    int total = 0;
    int older = 0;
    for (int row = table.end() - 1; row >= 0; row--) {
      if (table.isLive(row)
          && table.died(row) >= since
          && functions[table.function(row)]
          && (filter.reason() == null || table.reason(row) == filter.reason())) {
        total++;
        if (table.offset(row) < before) {
          if (older < limit) {
            page[older] = table.offset(row);
          }
          older++;
        }
      }
    }
    return new Selected(total, Arrays.copyOf(page, Math.min(older, limit)), older > limit);
  }

  /** How many letters have left since this was made, since there were too many. */
  synchronized long leftOut() {
    return leftOut;
  }

  /** An id of fob is a UUID; another one is represented by its hash. */
  private static UUID key(String id) {
    if (id.length() == LENGTH_OF_UUID) {
      try {
        return UUID.fromString(id);
      } catch (IllegalArgumentException foreign) {
        // Hashed below.
      }
    }
    try {
      ByteBuffer hash =
          ByteBuffer.wrap(
              MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8)));
      return new UUID(hash.getLong(), hash.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
