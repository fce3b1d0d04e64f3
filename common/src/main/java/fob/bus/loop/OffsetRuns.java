package fob.bus.loop;

import java.util.Iterator;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * The text form of a set of offsets: runs of offsets that follow each other, such as {@code
 * 7-9,12}. So its length depends on the number of runs, and hardly on the number of offsets.
 */
final class OffsetRuns {

  /** More than an invoker ever has in flight; keeps damaged text from filling the memory. */
  static final int MOST = 1_000_000;

  private OffsetRuns() {}

  static String encode(Set<Long> offsets) {
    StringBuilder text = new StringBuilder();
    Iterator<Long> each = new TreeSet<>(offsets).iterator();
    Long next = each.hasNext() ? each.next() : null;
    while (next != null) {
      long first = next;
      long last = first;
      next = each.hasNext() ? each.next() : null;
      while (next != null && next == last + 1) {
        last = next;
        next = each.hasNext() ? each.next() : null;
      }
      text.append(text.isEmpty() ? "" : ",").append(first);
      if (last > first) {
        text.append('-').append(last);
      }
    }
    return text.toString();
  }

  /**
   * @throws IllegalArgumentException if the text is not one of {@link #encode}, or has more than
   *     {@value #MOST} offsets
   */
  static NavigableSet<Long> decode(String text) {
    NavigableSet<Long> offsets = new TreeSet<>();
    if (text.isEmpty()) {
      return offsets;
    }
    for (String run : text.split(",", -1)) {
      int dash = run.indexOf('-');
      long first = Long.parseLong(dash < 0 ? run : run.substring(0, dash));
      long last = dash < 0 ? first : Long.parseLong(run.substring(dash + 1));
      if (first < 0 || last < first || last - first >= MOST - offsets.size()) {
        throw new IllegalArgumentException("these are no offsets: " + run);
      }
      for (long offset = first; offset <= last; offset++) {
        offsets.add(offset);
      }
    }
    return offsets;
  }
}
