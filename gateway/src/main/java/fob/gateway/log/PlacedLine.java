package fob.gateway.log;

import fob.bus.wire.LogWire;
import fob.function.LogLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A line and its place in its partition of {@code fob.logs}. */
record PlacedLine(Place place, LogLine line) {

  /** What an object adds to the memory of its text. */
  private static final int OVERHEAD = 150;

  /**
   * Where a line is.
   *
   * @param offset of the record
   * @param index of the line in the record
   */
  record Place(long offset, int index) implements Comparable<Place> {

    /** Before every line. */
    static final Place START = new Place(-1, 0);

    private static final Pattern FORM = Pattern.compile("([0-9]{1,18})[.]([0-9]{1,9})");

    /** Reads what {@link #toString} gives. */
    static Optional<Place> parse(String text) {
      Matcher form = FORM.matcher(text);
      return form.matches()
          ? Optional.of(new Place(Long.parseLong(form.group(1)), Integer.parseInt(form.group(2))))
          : Optional.empty();
    }

    @Override
    public int compareTo(Place other) {
      int byOffset = Long.compare(offset, other.offset);
      return byOffset != 0 ? byOffset : Integer.compare(index, other.index);
    }

    @Override
    public String toString() {
      return offset + "." + index;
    }
  }

  /** Returns the lines of a record. */
  static List<PlacedLine> of(ConsumerRecord<String, byte[]> record) {
    List<PlacedLine> lines = new ArrayList<>();
    for (LogLine line : LogWire.decode(record)) {
      lines.add(new PlacedLine(new Place(record.offset(), lines.size()), line));
    }
    return lines;
  }

  /** Returns about how many bytes of memory the line takes. */
  int bytes() {
    return OVERHEAD + 2 * line.text().length();
  }
}
