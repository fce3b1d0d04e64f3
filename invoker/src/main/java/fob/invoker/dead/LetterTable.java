package fob.invoker.dead;

import fob.call.Failure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Rows in the order in which they were added, in arrays, and a hash table of their ids. A row that
 * was removed keeps its place until the table is rebuilt. Used by one thread at a time.
 */
final class LetterTable {

  private static final long REMOVED = -1;
  private static final int SMALLEST = 1_024;

  /** Spreads the bits of ids over the hash table. */
  private static final long MIXER = 0x9E37_79B9_7F4A_7C15L;

  private static final List<Failure> REASONS = List.of(Failure.values());

  private final long[] idHigh;
  private final long[] idLow;
  private final long[] offsets;
  private final long[] died;
  private final int[] functions;
  private final byte[] reasons;

  /** Rows by the hash of their id, plus 1; 0 is free. At most half of it is in use. */
  private final int[] byId;

  private final Map<String, Integer> numberOf = new HashMap<>();
  private final List<String> names = new ArrayList<>();
  private int end;
  private int live;
  private int oldest;

  /** An empty table with room for some rows. */
  LetterTable() {
    this(SMALLEST);
  }

  private LetterTable(int capacity) {
    idHigh = new long[capacity];
    idLow = new long[capacity];
    offsets = new long[capacity];
    died = new long[capacity];
    functions = new int[capacity];
    reasons = new byte[capacity];
    byId = new int[Integer.highestOneBit(capacity) * 4];
  }

  /** How many rows there are that were not removed. */
  int live() {
    return live;
  }

  /** The number of rows, removed ones included. */
  int end() {
    return end;
  }

  boolean isFull() {
    return end == offsets.length;
  }

  boolean isLive(int row) {
    return offsets[row] != REMOVED;
  }

  long offset(int row) {
    return offsets[row];
  }

  /** In ms since the epoch; never less than that of the row before. */
  long died(int row) {
    return died[row];
  }

  /** The number of the row's function, an index of {@link #matching}. */
  int function(int row) {
    return functions[row];
  }

  Failure reason(int row) {
    return REASONS.get(reasons[row]);
  }

  /** Which functions are among these; all if the set is empty. */
  boolean[] matching(Set<String> wanted) {
    boolean[] matching = new boolean[names.size()];
    for (int number = 0; number < matching.length; number++) {
      matching[number] = wanted.isEmpty() || wanted.contains(names.get(number));
    }
    return matching;
  }

  /** Adds a row. There must be room ({@link #isFull}), and no live row with that id. */
  void add(UUID id, String function, Failure reason, long diedAt, long offset) {
    idHigh[end] = id.getMostSignificantBits();
    idLow[end] = id.getLeastSignificantBits();
    offsets[end] = offset;
    died[end] = end == 0 ? diedAt : Math.max(died[end - 1], diedAt);
    reasons[end] = (byte) REASONS.indexOf(reason);
    functions[end] = numberOf.computeIfAbsent(function, this::newNumber);
    int place = place(id);
    while (byId[place] != 0) {
      place = (place + 1) & (byId.length - 1);
    }
    byId[place] = ++end;
    live++;
  }

  private int newNumber(String function) {
    names.add(function);
    return names.size() - 1;
  }

  private int place(UUID id) {
    // The high bits of an id of fob are a time, so they are mixed with the random ones.
    long mixed = (id.getMostSignificantBits() * 31 + id.getLeastSignificantBits()) * MIXER;
    return (int) (mixed >>> 32) & (byId.length - 1);
  }

  /** The row with this id; -1 if there is none. */
  int find(UUID id) {
    int place = place(id);
    while (byId[place] != 0) {
      int row = byId[place] - 1;
      if (isLive(row)
          && idHigh[row] == id.getMostSignificantBits()
          && idLow[row] == id.getLeastSignificantBits()) {
        return row;
      }
      place = (place + 1) & (byId.length - 1);
    }
    return -1;
  }

  void remove(UUID id) {
    int row = find(id);
    if (row >= 0) {
      offsets[row] = REMOVED;
      live--;
    }
  }

  void removeOldest() {
    while (!isLive(oldest)) {
      oldest++;
    }
    offsets[oldest] = REMOVED;
    live--;
  }

  /** A table with the live rows of this one, and with room for a quarter more. */
  LetterTable rebuilt() {
    LetterTable next = new LetterTable(Math.max(SMALLEST, live + live / 4));
    for (int row = 0; row < end; row++) {
      if (isLive(row)) {
        next.add(
            new UUID(idHigh[row], idLow[row]),
            names.get(functions[row]),
            reason(row),
            died[row],
            offsets[row]);
      }
    }
    return next;
  }
}
