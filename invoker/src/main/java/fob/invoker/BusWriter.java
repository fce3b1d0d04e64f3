package fob.invoker;

import fob.service.KeyedRateLimit;
import fob.service.Text;
import fob.service.Threads;
import java.time.Duration;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records to the bus and keeps at it until each is there, or this writer is closed.
 * Thread-safe.
 */
final class BusWriter implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(BusWriter.class);
  private static final Duration BACKOFF = Duration.ofMillis(500);
  private static final Duration CLOSE = Duration.ofSeconds(2);

  /** Says what to write in the place of what was refused. */
  @FunctionalInterface
  interface Replacement {
    /**
     * @return null to give up: then it counts as written
     */
    @Nullable ProducerRecord<String, byte[]> of(
        ProducerRecord<String, byte[]> refused, Exception failure);
  }

  private static final int MOST_OF_A_KEY = 200;
  private static final int MOST_OF_A_REASON = 500;

  /** When the bus is away, every record fails; one line a topic says so. */
  private static final Duration LOG_EVERY = Duration.ofSeconds(5);

  private final Producer<String, byte[]> producer;
  private final KeyedRateLimit rateLimit = new KeyedRateLimit(LOG_EVERY, System::nanoTime);
  private volatile boolean closing;

  BusWriter(Producer<String, byte[]> producer) {
    this.producer = producer;
  }

  /**
   * @param written runs once the record is on disk, and never if it could not be written
   */
  void write(ProducerRecord<String, byte[]> record, Replacement replacement, Runnable written) {
    try {
      var _ =
          producer.send(
              record,
              (metadata, failure) -> {
                if (failure == null) {
                  written.run();
                } else {
                  Thread.ofVirtual().start(() -> again(record, replacement, written, failure));
                }
              });
    } catch (RuntimeException e) {
      again(record, replacement, written, e);
    }
  }

  private void again(
      ProducerRecord<String, byte[]> record,
      Replacement replacement,
      Runnable written,
      Exception failure) {
    if (closing) {
      return;
    }
    ProducerRecord<String, byte[]> instead = replacement.of(record, failure);
    if (rateLimit.tryAcquire(record.topic())) {
      LOGGER
          .atWarn()
          .addKeyValue("key", Text.printable(String.valueOf(record.key()), MOST_OF_A_KEY))
          .addKeyValue("topic", Text.printable(record.topic(), MOST_OF_A_KEY))
          .log(
              "was not written, {}: {}",
              instead == null ? "and is not tried again" : "will try again",
              Text.printable(failure.toString(), MOST_OF_A_REASON));
    }
    if (instead == null) {
      written.run();
      return;
    }
    Threads.pause(BACKOFF);
    if (!closing) {
      write(instead, replacement, written);
    }
  }

  @Override
  public void close() {
    closing = true;
    producer.close(CLOSE);
  }
}
