package fob.bus.loop;

import java.util.Base64;
import java.util.BitSet;
import java.util.HashSet;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tracks which records of one partition are done, in whatever order they end. It computes what to
 * commit: the offset below which all records are done, and the set of records above it that are
 * done, which fits into a commit's metadata. So only records that were not finished run again after
 * a restart.
 *
 * <p>Thread-safe: the poll thread starts records, and any thread ends them.
 */
final class CommitTracker {

  /**
   * How far finished records may run ahead of the first unfinished one, in offsets. One bit for
   * each makes 4,000 characters of Base64. A broker accepts 4,096 ({@code
   * offset.metadata.max.bytes}).
   */
  static final int MAX_AHEAD = 24_000;

  /**
   * Marks metadata of fob. Without it, metadata of another program that happens to be Base64 would
   * be read as finished records, which would never run.
   */
  private static final String OURS = "fob1:";

  private final ReentrantLock lock = new ReentrantLock();
  private final NavigableSet<Long> running = new TreeSet<>();
  private final NavigableSet<Long> doneAbove = new TreeSet<>();
  private final Set<Long> begun = new HashSet<>();
  private long next;
  private boolean closed;

  /** What to commit: all records below the offset are done, and those that the metadata names. */
  record Progress(long offset, String metadata) {}

  /**
   * @param offset the committed offset, or where reading starts if there is none
   * @param metadata the metadata that was committed with the offset. Metadata that fob did not
   *     write counts as empty: at worst, records run twice
   */
  CommitTracker(long offset, String metadata) {
    this.next = offset;
    decode(metadata).stream().forEach(bit -> doneAbove.add(offset + bit));
  }

  /** Starts a record. Returns false if it was done before a restart. */
  boolean start(long offset) {
    lock.lock();
    try {
      next = Math.max(next, offset + 1);
      if (doneAbove.contains(offset)) {
        forgetBelowSafe();
        return false;
      }
      running.add(offset);
      // The first records may have expired, so the topic may start above the offsets of the
      // metadata.
      forgetBelowSafe();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns whether a record that was started may run. If the partition has moved to another
   * member, only a record that had begun before may: this member finishes it.
   */
  boolean begin(long offset) {
    lock.lock();
    try {
      if (closed) {
        return begun.contains(offset);
      }
      begun.add(offset);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends the tracking, since the partition moves to another member.
   *
   * @return the offsets of records that have begun and are not done
   */
  Set<Long> close() {
    lock.lock();
    try {
      closed = true;
      begun.retainAll(running);
      return Set.copyOf(begun);
    } finally {
      lock.unlock();
    }
  }

  /**
   * @return whether the record had begun here, and the partition has moved to another member
   *     meanwhile
   */
  boolean done(long offset) {
    lock.lock();
    try {
      boolean hadBegun = begun.remove(offset);
      if (running.remove(offset)) {
        doneAbove.add(offset);
        forgetBelowSafe();
      }
      return closed && hadBegun;
    } finally {
      lock.unlock();
    }
  }

  Progress progress() {
    lock.lock();
    try {
      long safe = safe();
      BitSet bits = new BitSet();
      for (long offset : doneAbove) {
        if (offset - safe >= MAX_AHEAD) {
          break;
        }
        bits.set((int) (offset - safe));
      }
      return new Progress(safe, encode(bits));
    } finally {
      lock.unlock();
    }
  }

  /** The distance from the first unfinished record to the last record that was read, in offsets. */
  long ahead() {
    lock.lock();
    try {
      return next - safe();
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The number of records that are started and not done. If the partition has moved, only those
   * that have begun.
   */
  int inFlight() {
    lock.lock();
    try {
      return closed ? begun.size() : running.size();
    } finally {
      lock.unlock();
    }
  }

  private long safe() {
    return running.isEmpty() ? next : running.first();
  }

  private void forgetBelowSafe() {
    doneAbove.headSet(safe()).clear();
  }

  private static String encode(BitSet bits) {
    return bits.isEmpty() ? "" : OURS + Base64.getEncoder().encodeToString(bits.toByteArray());
  }

  private static BitSet decode(String metadata) {
    if (!metadata.startsWith(OURS)) {
      return new BitSet();
    }
    try {
      return BitSet.valueOf(Base64.getDecoder().decode(metadata.substring(OURS.length())));
    } catch (IllegalArgumentException notOurs) {
      return new BitSet();
    }
  }
}
