package fob.gateway.result;

import fob.bus.Bus;
import fob.bus.LogReader;
import fob.bus.ReaderPool;
import fob.bus.wire.Topics;
import fob.call.RequestId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Finds the results of calls in Kafka alone. A request id determines the partitions, and its time
 * the offsets to read from. The first reply on {@code fob.response} is the result, however often
 * the call was run. Up to 16 searches read at the same time. Thread-safe.
 */
public final class ResultReader implements AutoCloseable {

  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
  private static final int MOST_READERS = 16;

  /** How long a search waits for a consumer that another search uses. */
  private static final Duration LONGEST_QUEUE = Duration.ofSeconds(5);

  private final ReaderPool readers;
  private final int responses;
  private final int progresses;

  public ResultReader(Bus bus) {
    this(bus::reader);
  }

  /**
   * @param consumers makes consumers for {@code assign()}; this closes them
   */
  public ResultReader(Supplier<LogReader> consumers) {
    this.readers = new ReaderPool(consumers, MOST_READERS);
    this.responses = readers.partitions(Topics.RESPONSE.name());
    this.progresses = readers.partitions(Topics.PROGRESS.name());
  }

  /**
   * Reads what Kafka has of the call, and continues until the call is over or the wait has passed.
   * Blocks.
   *
   * @param since no record of the call was written earlier
   * @return empty if 16 other searches kept their consumers for 5 s
   * @throws org.apache.kafka.common.KafkaException if Kafka cannot be read
   */
  public Optional<Finding> find(RequestId id, Instant since, Duration wait)
      throws InterruptedException {
    long deadline = System.nanoTime() + wait.toNanos();
    ResultSearch search = new ResultSearch(id, since, responses, progresses, readers::isClosed);
    while (true) {
      LogReader consumer = readers.take(LONGEST_QUEUE);
      if (consumer == null) {
        return Optional.empty();
      }
      try {
        search.readToEnd(consumer);
      } finally {
        // While this search pauses, other searches may use the consumer.
        readers.giveBack(consumer);
      }
      if (!search.finding().isOpen() || System.nanoTime() >= deadline || readers.isClosed()) {
        return Optional.of(search.finding());
      }
      Thread.sleep(LOOK_AGAIN);
    }
  }

  /** Closes the idle consumers at once; those in use when their searches end. */
  @Override
  public void close() {
    readers.close();
  }
}
