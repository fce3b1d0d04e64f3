package fob.metrics;

import fob.metrics.CallCells.Stage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls of one function in one invoker. The lane of the function holds it, so that
 * counting a call looks nothing up. {@link CallMetrics} makes it. Thread-safe.
 */
@SuppressWarnings("EnumOrdinal") // the cells are in the order of the enum, in memory alone
public final class FunctionCalls {

  private static final CallEnd.Kind[] KINDS = CallEnd.Kind.values();

  private final CallMetrics all;
  private final String function;
  private final AtomicReferenceArray<@Nullable CallCells> kinds =
      new AtomicReferenceArray<>(KINDS.length);
  private final AtomicLong retries = new AtomicLong();
  private final AtomicLong deadLetters = new AtomicLong();
  private final AtomicLong postponements = new AtomicLong();
  private final AtomicBoolean isActive = new AtomicBoolean();
  private volatile String name = "";
  private volatile IntSupplier inFlight = () -> 0;
  private volatile IntSupplier waiting = () -> 0;

  /** Whether its function was removed; guarded by {@link #all}. */
  boolean isGone;

  /** What was taken of the counts. Used by the thread that takes them. */
  private FunctionActivity taken;

  FunctionCalls(CallMetrics all, String function) {
    this.all = all;
    this.function = function;
    this.taken = FunctionActivity.none(function);
  }

  /** Returns counts that nobody reads. */
  public static FunctionCalls unread() {
    return CallMetrics.off().unknown();
  }

  /** Sets the name of the function, which is a label beside its id. */
  public void named(String of) {
    name = of;
  }

  /**
   * Sets what tells how many calls there are now.
   *
   * @param inFlight those that wait or run in this invoker
   * @param waiting those of them that wait for an instance
   */
  public void gauges(IntSupplier inFlight, IntSupplier waiting) {
    this.inFlight = inFlight;
    this.waiting = waiting;
  }

  /** Counts the end of an attempt. Does not block. */
  public void ended(CallEnd end) {
    if (all.isOn()) {
      cells(end.kind().ordinal()).add(end);
      note();
    }
  }

  /** Counts a failed attempt that another one follows. */
  public void retried() {
    retries.getAndIncrement();
    note();
  }

  /** Counts a call that is given up and becomes a dead letter. */
  public void deadLetter() {
    deadLetters.getAndIncrement();
    note();
  }

  /** Counts an asynchronous call that could not begin and goes back to Kafka. */
  public void postponed() {
    postponements.getAndIncrement();
    note();
  }

  private void note() {
    if (!isActive.get() && all.isOn() && isActive.compareAndSet(false, true)) {
      all.isActive(this);
    }
  }

  private CallCells cells(int kind) {
    CallCells cells = kinds.get(kind);
    if (cells == null) {
      kinds.compareAndSet(kind, null, new CallCells());
      return cells(kind);
    }
    return cells;
  }

  /** Adds the counts of another function, once. */
  void add(FunctionCalls other) {
    for (int kind = 0; kind < KINDS.length; kind++) {
      CallCells theirs = other.kinds.get(kind);
      if (theirs != null) {
        cells(kind).add(theirs);
      }
    }
    retries.getAndAdd(other.retries.get());
    deadLetters.getAndAdd(other.deadLetters.get());
    postponements.getAndAdd(other.postponements.get());
  }

  /** Returns what happened since this was called last. Called by one thread at a time. */
  FunctionActivity take() {
    isActive.set(false); // first: a call that is counted from now on makes it active again
    FunctionActivity now = FunctionActivity.none(function);
    for (int kind = 0; kind < KINDS.length; kind++) {
      CallCells cells = kinds.get(kind);
      if (cells != null) {
        now = now.plus(activity(cells));
      }
    }
    FunctionActivity before = taken;
    taken = now;
    return now.minus(before);
  }

  private FunctionActivity activity(CallCells cells) {
    long errors = 0;
    for (int outcome = 1; outcome < CallCells.OUTCOMES; outcome++) {
      errors += cells.ended(outcome);
    }
    return new FunctionActivity(
        function,
        errors,
        cells.nanos(Stage.QUEUE) / 1_000,
        cells.nanos(Stage.WAIT) / 1_000,
        cells.nanos(Stage.RUN) / 1_000,
        cells.times());
  }

  String function() {
    return function;
  }

  String name() {
    return name;
  }

  @Nullable CallCells of(CallEnd.Kind kind) {
    return kinds.get(kind.ordinal());
  }

  long retries() {
    return retries.get();
  }

  long deadLetters() {
    return deadLetters.get();
  }

  long postponements() {
    return postponements.get();
  }

  int inFlight() {
    return inFlight.getAsInt();
  }

  int waiting() {
    return waiting.getAsInt();
  }
}
