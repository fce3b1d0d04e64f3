package fob.bus.log;

import fob.bus.wire.LogWire;
import fob.function.LogLine;
import fob.service.TokenBucket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The lines of one function that wait to be written. A function may print {@link #RATE} bytes a
 * second for long. If it prints more, all lines are left out until half a second's bytes are free
 * again. Not thread-safe.
 */
final class LogQueue {

  static final int RATE = 256 * 1024;
  static final int BURST = 2 * RATE;
  static final int LARGEST_PIECE = 32 * 1024;

  /** What a line counts in addition to its text. */
  private static final int LINE_COST = 16;

  /**
   * Lines of one instance, for one record.
   *
   * @param instance null if fob wrote the lines
   */
  record Piece(@Nullable String instance, List<byte[]> lines) {}

  /** What is to be written now. */
  record Batch(List<Piece> pieces, long bytes) {
    static final Batch EMPTY = new Batch(List.of(), 0);
  }

  private final TokenBucket rate;
  private final Map<String, Open> open = new HashMap<>();
  private final List<Piece> pieces = new ArrayList<>();
  private long waiting;
  private boolean closed;
  private long leftOut;
  private long lost;

  /** A piece that gets further lines. */
  private static final class Open {
    final List<byte[]> lines = new ArrayList<>();
    int bytes;
  }

  LogQueue(long nowNanos) {
    this.rate = new TokenBucket(RATE, BURST, nowNanos);
  }

  /**
   * Adds a line, unless too much was printed. fob's own lines are few, and count as printed.
   *
   * @param instance empty if fob wrote the line
   * @param full whether there is no room for any line
   * @return whether the line was added
   */
  boolean add(String instance, byte[] line, boolean full, long nowNanos) {
    rate.fill(nowNanos);
    long cost = (long) line.length + LINE_COST;
    closed |= full || !rate.has(cost);
    if (full || (closed && !instance.isEmpty())) {
      leftOut++;
      return false;
    }
    rate.use(cost);
    waiting += line.length;
    append(instance, line);
    return true;
  }

  /** Counts lines that Kafka did not take. */
  void lost(int lines) {
    lost += lines;
  }

  private void append(String instance, byte[] line) {
    if (instance.isEmpty()) { // the lines before and after it stay before and after it
      closePieces();
      pieces.add(new Piece(null, List.of(line)));
      return;
    }
    Open piece = open.computeIfAbsent(instance, _ -> new Open());
    if (piece.bytes > 0 && piece.bytes + line.length > LARGEST_PIECE) {
      pieces.add(piece(instance, piece));
      piece = new Open();
      open.put(instance, piece);
    }
    piece.lines.add(line);
    piece.bytes += line.length + 1;
  }

  private static Piece piece(String instance, Open lines) {
    return new Piece(instance, lines.lines);
  }

  private void closePieces() {
    open.forEach((instance, piece) -> pieces.add(piece(instance, piece)));
    open.clear();
  }

  /** Takes everything that waits, and says how many lines are missing. */
  Batch take(Instant time, long nowNanos) {
    rate.fill(nowNanos);
    closePieces();
    if (closed && rate.has(RATE / 2)) {
      closed = false;
      say(
          time,
          "%d lines are left out here: the function printed more than %d KiB a second, or Kafka was away"
              .formatted(leftOut, RATE / 1024));
      leftOut = 0;
    }
    if (lost > 0) {
      say(time, "%d lines are missing here: Kafka did not take them".formatted(lost));
      lost = 0;
    }
    Batch batch = new Batch(List.copyOf(pieces), waiting);
    pieces.clear();
    waiting = 0;
    return batch;
  }

  private void say(Instant time, String text) {
    byte[] line = LogWire.line(time, LogLine.NO_REQUEST, "fob: " + text);
    pieces.add(new Piece(null, List.of(line)));
  }

  /** Whether nothing would be forgotten with this object. */
  boolean isIdle() {
    return waiting == 0 && !closed && lost == 0 && rate.has(BURST);
  }
}
