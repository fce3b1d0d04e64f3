package fob.deployer.local;

import static java.util.Comparator.comparingInt;

import fob.function.FunctionId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Bounds the starts that run at the same time, as too many make each of them slower. A start has a
 * turn for as long as it needs the processors. It gives the turn back when it waits for something
 * else, and no start keeps it for longer than a bound. So a function that hangs while it loads does
 * not stop others. The number of starts without a turn is not bounded here: each of them is a
 * wanted instance, which would run if its function did not hang.
 *
 * <p>Turns go first to functions that have none at the moment, of those to the more urgent ones, of
 * those to the one whose last turn is the longest ago. Thread-safe: the lock is this object, and
 * nothing waits while it is held.
 */
final class Starts {

  /** The order of functions that ask at the same time; the first comes first. */
  enum Urgency {
    /** The slot had a ready instance before. */
    SERVED_BEFORE,
    /** The slot had no instance yet. */
    NEW,
    /** The slot's last instances ended before they were ready, or soon after. */
    FAILED_BEFORE,
    /**
     * Nobody waits for it: it gets a turn only while no other start has one, and takes none away.
     */
    SPARE
  }

  /** The turns of one function. */
  private static final class Line {
    final Deque<Turn> waiting = new ArrayDeque<>();
    int held;
    long lastTurn; // its number; 0: none yet
  }

  private final int mostAtOnce;
  private final Duration longestTurn;
  private final ScheduledExecutorService timer;

  /** Of functions that wait for a turn or have one, in the order in which they came. */
  private final Map<FunctionId, Line> lines = new LinkedHashMap<>(); // guarded by this

  private int held; // guarded by this; without spare ones
  private int spareHeld; // guarded by this
  private long turns; // guarded by this

  Starts(int mostAtOnce, Duration longestTurn, ScheduledExecutorService timer) {
    this.mostAtOnce = mostAtOnce;
    this.longestTurn = longestTurn;
    this.timer = timer;
  }

  /** Asks for a turn. The caller must close it. */
  synchronized Turn ask(FunctionId function, Urgency urgency) {
    Turn turn = new Turn(function, urgency);
    lines.computeIfAbsent(function, _ -> new Line()).waiting.addLast(turn);
    grant();
    return turn;
  }

  private void grant() {
    Optional<Line> next = next();
    while (next.isPresent()) {
      give(next.get());
      next = next();
    }
  }

  private Optional<Line> next() {
    return lines.values().stream()
        .filter(line -> !line.waiting.isEmpty() && mayBegin(line.waiting.getFirst()))
        .min(
            comparingInt((Line line) -> line.held)
                .thenComparing(line -> line.waiting.getFirst().urgency)
                .thenComparingLong(line -> line.lastTurn));
  }

  private boolean mayBegin(Turn turn) {
    return turn.urgency == Urgency.SPARE ? held + spareHeld == 0 : held < mostAtOnce;
  }

  private void give(Line line) {
    Turn turn = line.waiting.removeFirst();
    turns++;
    line.lastTurn = turns;
    line.held++;
    count(turn, 1);
    turn.held = true;
    turn.decided.countDown();
    var _ = timer.schedule(turn::close, longestTurn.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void count(Turn turn, int change) {
    if (turn.urgency == Urgency.SPARE) {
      spareHeld += change;
    } else {
      held += change;
    }
  }

  private synchronized void end(Turn turn) {
    Line line = lines.get(turn.function);
    if (line == null) {
      return;
    }
    if (turn.held) {
      turn.held = false;
      line.held--;
      count(turn, -1);
    } else if (!line.waiting.remove(turn)) {
      return;
    }
    turn.decided.countDown();
    if (line.held == 0 && line.waiting.isEmpty()) {
      lines.remove(turn.function);
    }
    grant();
  }

  /** The right of one instance to start. */
  final class Turn implements AutoCloseable {

    private final FunctionId function;
    private final Urgency urgency;
    private final CountDownLatch decided = new CountDownLatch(1);
    private boolean held; // guarded by the starts

    private Turn(FunctionId function, Urgency urgency) {
      this.function = function;
      this.urgency = urgency;
    }

    /** Waits until the turn has come, or has been given up. */
    void await() throws InterruptedException {
      decided.await();
    }

    boolean isHeld() {
      synchronized (Starts.this) {
        return held;
      }
    }

    /** Gives the turn back, or stops asking for it. */
    @Override
    public void close() {
      end(this);
    }
  }
}
