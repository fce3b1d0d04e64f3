package fob.invoker;

import fob.bus.wire.CallLogging;
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
 * Writes records to Kafka, and tries each record again every 500 ms until Kafka has acknowledged it
 * or this writer is closed. Thread-safe.
 */
final class BusWriter implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(BusWriter.class);
  private static final Duration RETRY_EVERY = Duration.ofMillis(500);
  private static final Duration CLOSE = Duration.ofSeconds(2);

  /** Decides what to write after a record was not written. */
  @FunctionalInterface
  interface Replacement {
    /**
     * @return the record to write instead, or the same record; null to give the record up, which
     *     then counts as written
     */
    @Nullable ProducerRecord<String, byte[]> of(
        ProducerRecord<String, byte[]> refused, Exception failure);
  }

  private static final int LONGEST_KEY = 200;
  private static final int LONGEST_REASON = 500;

  /** The period of one log line per topic, since without Kafka every record fails. */
  private static final Duration LOG_EVERY = Duration.ofSeconds(5);

  private final Producer<String, byte[]> producer;
  private final KeyedRateLimit rateLimit = new KeyedRateLimit(LOG_EVERY, System::nanoTime);
  private volatile boolean closing;

  BusWriter(Producer<String, byte[]> producer) {
    this.producer = producer;
  }

  /**
   * Starts to write a record. Blocks while the producer's buffer is full, and while the producer
   * gets the metadata of a topic that is new to it.
   *
   * @param replacement asked each time the record was not written
   * @param written run once Kafka has acknowledged the record, usually on the producer's I/O
   *     thread, which it must not block; not run if this writer is closed before
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
      CallLogging.about(LOGGER.atWarn(), record.headers())
          .addKeyValue("key", Text.printable(String.valueOf(record.key()), LONGEST_KEY))
          .addKeyValue("topic", Text.printable(record.topic(), LONGEST_KEY))
          .log(
              "the record was not written and {}: {}",
              instead == null ? "is given up" : "will be tried again",
              Text.printable(failure.toString(), LONGEST_REASON));
    }
    if (instead == null) {
      written.run();
      return;
    }
    Threads.pause(RETRY_EVERY);
    if (!closing) {
      write(instead, replacement, written);
    }
  }

  /** Waits up to 2 s for records that are being written. */
  @Override
  public void close() {
    closing = true;
    producer.close(CLOSE);
  }
}
