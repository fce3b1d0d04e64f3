package fob.metrics;

import fob.call.Failure;
import fob.call.Timing;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The counts of the calls of one function and kind. Each call is counted here once; {@code
 * /metrics} and live figures are made of these counts. Counting takes no lock. Thread-safe.
 */
@SuppressWarnings("EnumOrdinal") // the cells are in the order of the enums, in memory alone
final class CallCells {

  /** The stages of a call, in the order of their cells. */
  enum Stage {
    QUEUE,
    WAIT,
    RUN
  }

  /** A call with a trace, as an example of its bucket. */
  record Traced(String traceId, double seconds, long atMillis) {}

  /** Cell 0 counts answers, cell 1 + ordinal each failure. */
  static final int OUTCOMES = 1 + Failure.values().length;

  private static final int STAGES = Stage.values().length;
  private static final int REQUEST_BYTES = OUTCOMES;
  private static final int REPLY_BYTES = REQUEST_BYTES + 1;
  private static final int NANOS = REPLY_BYTES + 1;
  private static final int TIMES = NANOS + STAGES;
  private static final int STAGE_TIMES = TIMES + Buckets.FINE.length + 1;
  private static final int COARSE = Buckets.COARSE.length + 1;
  private static final int SIZE = STAGE_TIMES + STAGES * COARSE;

  private final AtomicLongArray cells = new AtomicLongArray(SIZE);
  private final AtomicReferenceArray<@Nullable Traced> traced = new AtomicReferenceArray<>(COARSE);

  void add(CallEnd end) {
    Timing timing = end.timing();
    cells.getAndIncrement(outcome(end.failure()));
    cells.getAndAdd(REQUEST_BYTES, end.requestBytes());
    cells.getAndAdd(REPLY_BYTES, end.replyBytes());
    long all =
        add(Stage.QUEUE, timing.queue().toNanos())
            + add(Stage.WAIT, timing.await().toNanos())
            + add(Stage.RUN, timing.run().toNanos());
    long micros = all / 1_000;
    cells.getAndIncrement(TIMES + Buckets.of(Buckets.FINE, micros));
    if (end.traceId() != null) {
      traced.set(
          Buckets.of(Buckets.COARSE, micros),
          new Traced(end.traceId(), all / 1e9, System.currentTimeMillis()));
    }
  }

  private static int outcome(@Nullable Failure failure) {
    return failure == null ? 0 : 1 + failure.ordinal();
  }

  private long add(Stage stage, long nanos) {
    cells.getAndAdd(NANOS + stage.ordinal(), nanos);
    cells.getAndIncrement(
        STAGE_TIMES + stage.ordinal() * COARSE + Buckets.of(Buckets.COARSE, nanos / 1_000));
    return nanos;
  }

  /** Adds all counts of other cells, once. */
  void add(CallCells other) {
    for (int i = 0; i < SIZE; i++) {
      cells.getAndAdd(i, other.cells.get(i));
    }
    for (int i = 0; i < COARSE; i++) {
      Traced theirs = other.traced.get(i);
      if (theirs != null) {
        traced.set(i, theirs);
      }
    }
  }

  /** Returns how many attempts ended with an outcome, 0 for answers. */
  long ended(int outcome) {
    return cells.get(outcome);
  }

  static String label(int outcome) {
    return outcome == 0 ? "ok" : Failure.values()[outcome - 1].label();
  }

  long requestBytes() {
    return cells.get(REQUEST_BYTES);
  }

  long replyBytes() {
    return cells.get(REPLY_BYTES);
  }

  /** Returns how long calls were in a stage, together. */
  long nanos(Stage stage) {
    return cells.get(NANOS + stage.ordinal());
  }

  /** Returns the fine buckets of the whole time. */
  long[] times() {
    return copy(TIMES, Buckets.count());
  }

  /** Returns the coarse buckets of a stage. */
  long[] times(Stage stage) {
    return copy(STAGE_TIMES + stage.ordinal() * COARSE, COARSE);
  }

  /** Returns the last traced call of each coarse bucket of the whole time that has one. */
  Traced[] traced() {
    Traced[] found = new Traced[COARSE];
    int count = 0;
    for (int i = 0; i < COARSE; i++) {
      Traced one = traced.get(i);
      if (one != null) {
        found[count++] = one;
      }
    }
    return Arrays.copyOf(found, count);
  }

  private long[] copy(int from, int length) {
    long[] copy = new long[length];
    Arrays.setAll(copy, i -> cells.get(from + i));
    return copy;
  }
}
