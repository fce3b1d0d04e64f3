package fob.gateway.result;

import fob.bus.LogReader;
import fob.bus.ReaderPool;
import fob.gateway.http.Problem;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Lets many searches share a few consumers, in turns and in the order in which they came. Two
 * consumers serve first turns alone, and most searches need no second one. So a short search is
 * done soon, however many long ones there are. Thread-safe.
 */
final class SearchTurns implements AutoCloseable {

  static final int MOST_SEARCHES = 200;

  private static final int READERS = 8;
  private static final int FOR_FIRST_TURNS = 2;
  private static final Duration FIRST_TURN = Duration.ofMillis(100);
  private static final Duration LATER_TURN = Duration.ofMillis(200);

  /** How a turn ended. */
  private enum Turn {
    /** The search is over. */
    LAST,
    /** The search needs a further turn. */
    UNFINISHED,
    /** No consumer was free in time. */
    MISSED
  }

  private final ReaderPool readers;
  private final Semaphore longSearches = new Semaphore(READERS - FOR_FIRST_TURNS, true);
  private final Semaphore searches = new Semaphore(MOST_SEARCHES);

  /**
   * @param consumers makes consumers for {@code assign()}; this closes them
   */
  SearchTurns(Supplier<LogReader> consumers) {
    this.readers = new ReaderPool(consumers, READERS);
  }

  /** Returns how many partitions a topic has. */
  int partitions(String topic) {
    return readers.partitions(topic);
  }

  /**
   * Gives the search turns until it is over, or the time has passed. Blocks.
   *
   * @throws Problem 503 if 200 other searches are under way, or it got no turn in that time
   * @throws org.apache.kafka.common.KafkaException if Kafka cannot be read
   */
  Finding run(ResultSearch search, Duration atMost) throws InterruptedException {
    if (!searches.tryAcquire()) {
      throw overloaded();
    }
    long deadline = System.nanoTime() + atMost.toNanos();
    try {
      if (!search.enter(left(deadline))) {
        throw overloaded();
      }
      try {
        return runAlone(search, deadline);
      } finally {
        search.leave();
      }
    } finally {
      searches.release();
    }
  }

  private Finding runAlone(ResultSearch search, long deadline) throws InterruptedException {
    Turn last = turn(search, deadline, FIRST_TURN);
    if (last == Turn.MISSED) {
      throw overloaded();
    }
    while (last == Turn.UNFINISHED && left(deadline) > 0 && !readers.isClosed()) {
      last = longTurn(search, deadline);
    }
    return last == Turn.LAST ? search.finding() : search.stopped();
  }

  private Turn longTurn(ResultSearch search, long deadline) throws InterruptedException {
    if (!longSearches.tryAcquire(left(deadline), TimeUnit.NANOSECONDS)) {
      return Turn.MISSED;
    }
    try {
      return turn(search, deadline, LATER_TURN);
    } finally {
      longSearches.release();
    }
  }

  private Turn turn(ResultSearch search, long deadline, Duration atMost)
      throws InterruptedException {
    LogReader consumer = readers.take(Duration.ofNanos(left(deadline)));
    if (consumer == null) {
      return Turn.MISSED;
    }
    try {
      boolean isOver = search.read(consumer, System.nanoTime() + atMost.toNanos());
      return isOver ? Turn.LAST : Turn.UNFINISHED;
    } finally {
      readers.giveBack(consumer);
    }
  }

  private static long left(long deadline) {
    return Math.max(0, deadline - System.nanoTime());
  }

  private static Problem overloaded() {
    return Problem.ofGateway(
            503,
            "overloaded",
            "too many clients search for results at this gateway at once; try again")
        .header("Retry-After", "1");
  }

  @Override
  public void close() {
    readers.close();
  }
}
