package fob.bus.loop;

import java.util.HashSet;
import java.util.Iterator;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Tracks which records of one partition are done, in whatever order they end. It computes what to
 * commit: the offset below which all records are done, and the records above it that are not, which
 * fit into a commit's metadata. So only records that were not finished run again after a restart.
 * Memory and metadata grow with the number of unfinished records, and not with their distance.
 *
 * <p>Thread-safe: the poll thread starts records, and any thread ends them.
 */
final class CommitTracker {

  /** Reading pauses at half of the metadata: the rest is for records that are on their way. */
  private static final int PAUSE_AT_BYTES = UnfinishedOffsets.MOST_BYTES / 2;

  /** So many records cannot fill half of the metadata, since each takes seven bytes at most. */
  private static final int ALWAYS_FIT = PAUSE_AT_BYTES / 7 - 3;

  /** The size of the metadata is computed after so many records, which take a byte for eight. */
  private static final int SIZE_EVERY = 1_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final NavigableSet<Long> running = new TreeSet<>();

  /** Records that a commit before a restart names as unfinished, and that were not read yet. */
  private final NavigableSet<Long> unread;

  /** Records below were read before the restart. */
  private final long readBefore;

  private final Set<Long> begun = new HashSet<>();
  private long next;
  private long sizeAt; // next, when the size was computed
  private int size;
  private boolean closed;

  /** What to commit: all records below the offset are done; the metadata is about those above. */
  record Progress(long offset, String metadata) {}

  /**
   * @param offset the committed offset, or where reading starts if there is none
   * @param metadata the metadata that was committed with the offset. Metadata that fob did not
   *     write counts as empty: at worst, records run twice
   */
  CommitTracker(long offset, String metadata) {
    UnfinishedOffsets before = UnfinishedOffsets.decode(offset, metadata);
    this.next = offset;
    this.sizeAt = offset;
    this.unread = new TreeSet<>(before.offsets());
    this.readBefore = before.end();
  }

  /** Starts a record. Returns false if it was done before a restart. */
  boolean start(long offset) {
    lock.lock();
    try {
      boolean wasRead = offset >= safe() && offset < Math.max(next, readBefore);
      boolean isDone = wasRead && !unread.contains(offset) && !running.contains(offset);
      // The topic may go on above offsets of the metadata, if its first records have expired.
      unread.headSet(offset, true).clear();
      next = Math.max(next, offset + 1);
      if (!isDone) {
        running.add(offset);
      }
      return !isDone;
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
   * Ends a record. If the partition has moved to another member, a record that had not begun stays
   * unfinished: the last commit of this member must leave it to the other one.
   *
   * @return whether the record had begun here, and the partition has moved to another member
   *     meanwhile
   */
  boolean done(long offset) {
    lock.lock();
    try {
      boolean hadBegun = begun.remove(offset);
      if (!closed || hadBegun) {
        running.remove(offset);
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
      return new Progress(
          safe, UnfinishedOffsets.encode(safe, Math.max(next, readBefore), unfinished()));
    } finally {
      lock.unlock();
    }
  }

  /** Whether so many records are unfinished that reading must pause until some have ended. */
  boolean isFull() {
    lock.lock();
    try {
      if (running.size() + unread.size() <= ALWAYS_FIT) {
        return false;
      }
      if (size >= PAUSE_AT_BYTES || next - sizeAt >= SIZE_EVERY) {
        sizeAt = next;
        size = UnfinishedOffsets.size(safe(), unfinished());
      }
      return size >= PAUSE_AT_BYTES;
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

  /** Records that are unread come after those that are running. */
  private Iterator<Long> unfinished() {
    return Stream.concat(running.stream(), unread.stream()).iterator();
  }
}
