package fob.call;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a dead letter is. All letters have one order by their places, that of the times when they
 * died.
 *
 * @param died in ms since the epoch; in a partition it never goes back
 * @param partition of {@code fob.dead}
 * @param offset in the partition
 */
public record LetterPlace(long died, int partition, long offset)
    implements Comparable<LetterPlace> {

  private static final Comparator<LetterPlace> ORDER =
      Comparator.comparingLong(LetterPlace::died)
          .thenComparingInt(LetterPlace::partition)
          .thenComparingLong(LetterPlace::offset);

  private static final Pattern TEXT = Pattern.compile("(\\d{1,15})-(\\d{1,9})-(\\d{1,18})");

  /** Reads what {@link #toString} has written; empty if the text is not that. */
  public static Optional<LetterPlace> parse(String text) {
    Matcher parts = TEXT.matcher(text);
    return parts.matches()
        ? Optional.of(
            new LetterPlace(
                Long.parseLong(parts.group(1)),
                Integer.parseInt(parts.group(2)),
                Long.parseLong(parts.group(3))))
        : Optional.empty();
  }

  @Override
  public int compareTo(LetterPlace other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return died + "-" + partition + "-" + offset;
  }
}
