package fob.deployer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes in transactions, as the active deployer only. When a deployer begins, Kafka refuses every
 * further write of the deployers before it, also of one that was frozen and does not know yet that
 * it was replaced. Thread-safe. A thread that calls {@link #write} must not be interrupted; {@link
 * #writeApart} is for threads that may be.
 */
public final class FencedProducer implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(FencedProducer.class);
  private static final Duration CLOSE = Duration.ofSeconds(2);

  /** This deployer is not the active one, or not any more. */
  public static final class Fenced extends KafkaException {
    Fenced(String message) {
      super(message);
    }

    Fenced(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private final Supplier<Producer<String, byte[]>> producers;
  private final Runnable fenced;

  /** Null: this deployer is not active. Set while this is locked. */
  private volatile @Nullable Producer<String, byte[]> producer;

  private volatile boolean closing;

  /**
   * @param producers makes transactional producers, all with one id
   * @param fenced hears that Kafka refuses this deployer's writes. Must not block
   */
  public FencedProducer(Supplier<Producer<String, byte[]>> producers, Runnable fenced) {
    this.producers = producers;
    this.fenced = fenced;
  }

  /**
   * Begins to write: this deployer is the active one. Blocks until no earlier deployer can write.
   *
   * @throws KafkaException if Kafka cannot do so now
   */
  public void begin() {
    abandon();
    init();
  }

  private synchronized void init() {
    Producer<String, byte[]> made = producers.get();
    try {
      made.initTransactions();
      producer = made;
    } finally {
      if (producer == null) {
        made.close(Duration.ZERO);
      }
    }
  }

  /** Writes no more: another deployer is the active one. */
  void abandon() {
    Producer<String, byte[]> before = producer;
    producer = null;
    if (before != null) {
      before.close(Duration.ZERO);
    }
  }

  /** Whether this deployer has begun and was not replaced since, as far as it knows. */
  boolean isActive() {
    return producer != null;
  }

  /**
   * Writes all records or none. Blocks until Kafka has confirmed them.
   *
   * @throws Fenced if this deployer is not the active one
   * @throws KafkaException if they were not written now
   */
  public synchronized List<RecordMetadata> write(List<ProducerRecord<String, byte[]>> records) {
    Producer<String, byte[]> now = producer;
    if (now == null) {
      throw new Fenced("this deployer is not active");
    }
    try {
      now.beginTransaction();
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      records.forEach(record -> sent.add(now.send(record)));
      untilAnswered(now::commitTransaction);
      return sent.stream().map(FencedProducer::written).toList();
    } catch (KafkaException | IllegalStateException e) {
      if (now.equals(producer)) {
        abort(now, e);
      }
      if (!now.equals(producer)) {
        throw new Fenced("another deployer is active", e);
      }
      throw e;
    }
  }

  /** Writes a record like {@link #write}, on another thread. */
  public Future<RecordMetadata> writeApart(ProducerRecord<String, byte[]> record) {
    CompletableFuture<RecordMetadata> written = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("fob-write")
        .start(() -> {
          try {
            written.complete(write(List.of(record)).getFirst());
          } catch (RuntimeException e) {
            written.completeExceptionally(e);
          }
        });
    return written;
  }

  private void abort(Producer<String, byte[]> failed, RuntimeException why) {
    try {
      untilAnswered(failed::abortTransaction);
    } catch (KafkaException | IllegalStateException fatal) {
      if (failed.equals(producer)) {
        LOGGER.atWarn().log("Kafka takes no more writes of this deployer: {}", why.toString());
        abandon();
        fenced.run();
      }
    }
  }

  /** A transaction that is being ended cannot be given up, so its end is asked for again. */
  private void untilAnswered(Runnable end) {
    while (true) {
      try {
        end.run();
        return;
      } catch (TimeoutException e) {
        if (closing || producer == null) {
          throw e;
        }
      }
    }
  }

  private static RecordMetadata written(Future<RecordMetadata> record) {
    try {
      return record.get();
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException("a record of a committed transaction was not written", e);
    }
  }

  @Override
  public void close() {
    closing = true;
    Producer<String, byte[]> last = producer;
    if (last != null) {
      last.close(CLOSE);
    }
    producer = null;
  }
}
