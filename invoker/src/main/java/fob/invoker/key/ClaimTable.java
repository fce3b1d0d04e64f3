package fob.invoker.key;

import fob.call.KeyClaim;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The call that each idempotency key stands for. A key takes 60 to 80 bytes, since all are in one
 * array: a hash table whose slots are six numbers each. Removing a key makes a new array. Used by
 * one thread at a time.
 */
final class ClaimTable {

  /**
   * A slot: two numbers of the key, two of the call's id, the payload's checksum, and the claim's
   * time, which is negative if the call has ended, and 0 if the slot is empty.
   */
  private static final int SLOT = 6;

  private static final int CALL = 2;
  private static final int PAYLOAD = 4;
  private static final int MADE = 5;

  private static final int FEWEST_SLOTS = 16;

  /** The table gets a new array when it is fuller than this. */
  private static final double FULL = 0.8;

  private static final double FULL_AT_FIRST = 0.6;

  private static final long KEPT_MS = KeyClaim.KEPT.toMillis();

  /** The most by which this machine's clock and those of Kafka's brokers may differ. */
  private static final long CLOCKS_MS = 10_000;

  private long[] slots = new long[FEWEST_SLOTS * SLOT];
  private int size;
  private long oldest = Long.MAX_VALUE;

  /**
   * What a key stands for.
   *
   * @param payload see {@link KeyClaim#checksum}
   * @param hasEnded see {@link ClaimTable#end}
   */
  record Claim(UUID call, long payload, boolean hasEnded) {}

  /** The number of keys, with those that have expired and are still here. */
  int size() {
    return size;
  }

  /** What the key stands for; empty if for nothing, or if the claim has expired. */
  Optional<Claim> get(Key key, Instant now) {
    int at = find(key.high(), key.low());
    return made(slots, at) + KEPT_MS > now.toEpochMilli()
        ? Optional.of(claim(at))
        : Optional.empty();
  }

  /**
   * Adds a claim, unless one that has not expired when it was made was added before.
   *
   * @return the claim that counts
   */
  Claim add(Key key, KeyClaim claim) {
    int at = find(key.high(), key.low());
    long made = Math.max(1, claim.made().toEpochMilli());
    boolean isNew = slots[at + MADE] == 0;
    if (isNew || made(slots, at) + KEPT_MS <= made) {
      slots[at] = key.high();
      slots[at + 1] = key.low();
      slots[at + CALL] = claim.call().getMostSignificantBits();
      slots[at + CALL + 1] = claim.call().getLeastSignificantBits();
      slots[at + PAYLOAD] = claim.payload();
      slots[at + MADE] = made;
      oldest = Math.min(oldest, made);
    }
    Claim counts = claim(at);
    if (isNew) {
      size++;
      if ((double) size * SLOT > slots.length * FULL) {
        rebuild(Long.MIN_VALUE);
      }
    }
    return counts;
  }

  /** Notes that a call has ended, if the key stands for this call. */
  void end(Key key, UUID call) {
    int at = find(key.high(), key.low());
    if (slots[at + MADE] != 0 && claim(at).call().equals(call)) {
      slots[at + MADE] = -made(slots, at);
    }
  }

  /**
   * Removes the claims that have expired by every clock, if there are any: {@link #add} must know a
   * claim as long as it counts in the log, whose times are those of Kafka.
   */
  void removeExpired(Instant now) {
    long after = now.toEpochMilli() - KEPT_MS - CLOCKS_MS;
    if (oldest <= after) {
      rebuild(after);
    }
  }

  /** Copies the claims that were made after a time to a new array, which has room for more. */
  private void rebuild(long after) {
    long[] before = slots;
    int live = 0;
    for (int from = 0; from < before.length; from += SLOT) {
      live += isLive(before, from, after) ? 1 : 0;
    }
    slots = new long[Math.max(FEWEST_SLOTS, (int) (live / FULL_AT_FIRST)) * SLOT];
    size = live;
    oldest = Long.MAX_VALUE;
    for (int from = 0; from < before.length; from += SLOT) {
      if (isLive(before, from, after)) {
        System.arraycopy(before, from, slots, find(before[from], before[from + 1]), SLOT);
        oldest = Math.min(oldest, made(before, from));
      }
    }
  }

  private static boolean isLive(long[] slots, int at, long after) {
    return slots[at + MADE] != 0 && made(slots, at) > after;
  }

  private static long made(long[] slots, int at) {
    return Math.abs(slots[at + MADE]);
  }

  /** The place of the slot that has the key, or of the empty one where it would be. */
  private int find(long high, long low) {
    int at = (int) Long.remainderUnsigned(low, slots.length / SLOT) * SLOT;
    while (slots[at + MADE] != 0 && (slots[at] != high || slots[at + 1] != low)) {
      at = at + SLOT == slots.length ? 0 : at + SLOT;
    }
    return at;
  }

  private Claim claim(int at) {
    return new Claim(
        new UUID(slots[at + CALL], slots[at + CALL + 1]),
        slots[at + PAYLOAD],
        slots[at + MADE] < 0);
  }
}
