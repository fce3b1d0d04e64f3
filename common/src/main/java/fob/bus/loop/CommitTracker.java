package fob.bus.loop;

import java.util.Base64;
import java.util.BitSet;
import java.util.HashSet;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which records of one partition are done, when they end in any order. It turns completions into an
 * offset below which everything is done, plus the offsets done above it, small enough for a
 * commit's metadata, so a restart runs again only what really was unfinished.
 *
 * <p>Thread-safe: the poll thread starts records, any thread ends them.
 */
final class CommitTracker {

  /**
   * How far done may run ahead of safe, in offsets. One bit each in Base64 makes 4,000 characters,
   * and a broker takes 4,096 ({@code offset.metadata.max.bytes}).
   */
  static final int MAX_AHEAD = 24_000;

  /** Without it any word of others that happens to be Base64 would be offsets, never to be run. */
  private static final String OURS = "fob1:";

  private final ReentrantLock lock = new ReentrantLock();
  private final NavigableSet<Long> running = new TreeSet<>();
  private final NavigableSet<Long> doneAbove = new TreeSet<>();
  private final Set<Long> begun = new HashSet<>();
  private long next;
  private boolean closed;

  /** What to commit: everything below the offset is done, and so are those in the metadata. */
  record Progress(long offset, String metadata) {}

  /**
   * @param offset the committed offset, or where reading starts if there is none
   * @param metadata what was committed with it; anything that is not of our own making counts as
   *     empty, which costs a second run at worst
   */
  CommitTracker(long offset, String metadata) {
    this.next = offset;
    decode(metadata).stream().forEach(bit -> doneAbove.add(offset + bit));
  }

  /** Takes up a record, unless it was done before a restart: then false. */
  boolean start(long offset) {
    lock.lock();
    try {
      next = Math.max(next, offset + 1);
      if (doneAbove.contains(offset)) {
        forgetBelowSafe();
        return false;
      }
      running.add(offset);
      // A log whose head has expired starts above what the metadata told of.
      forgetBelowSafe();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether a record that was taken up may begin. Once the partition is another member's, only one
   * that had begun before may: that one is still this member's to finish.
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
   * The partition goes to another member.
   *
   * @return what has begun and is not done
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
   * @return whether it had begun here and the partition is another member's by now
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

  /** From the lowest unfinished record to the highest that was read. */
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

  /** Records that are taken up, or, of a partition that was left, those that have begun. */
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
