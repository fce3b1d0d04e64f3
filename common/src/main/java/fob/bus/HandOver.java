package fob.bus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What members of a group tell one another when partitions move: which records the old owner has
 * begun and will finish. It writes a note before it lets go of the partition and renews it as long
 * as it works on any of them; the new owner leaves those alone until the note is gone, or has not
 * been renewed for so long that its writer must be dead. Thread-safe.
 */
public final class HandOver implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(HandOver.class);
  private static final Duration RENEW_EVERY = Duration.ofSeconds(1);
  private static final Duration DEAD_AFTER = Duration.ofSeconds(8);
  private static final Duration WRITE = Duration.ofSeconds(3);
  private static final Duration READ = Duration.ofSeconds(3);
  private static final Duration CLOSE = Duration.ofSeconds(1);

  /** A note as it was read last. */
  private record Note(String partition, Set<Long> offsets, long readNanos) {}

  private final String me = UUID.randomUUID().toString();
  private final Producer<String, byte[]> producer;
  private final LongSupplier nanoTime;
  private final CompactedTable<Note> notes;
  private final Map<TopicPartition, Set<Long>> left = new HashMap<>(); // guarded by this
  private final Thread renewal;

  public HandOver(Bus bus) {
    this(bus.producer(), bus.reader(), System::nanoTime);
  }

  HandOver(
      Producer<String, byte[]> producer, Consumer<String, byte[]> reader, LongSupplier nanoTime) {
    this.producer = producer;
    this.nanoTime = nanoTime;
    this.notes =
        new CompactedTable<>(
            Topics.HANDOVER,
            reader,
            record -> decode(record, nanoTime.getAsLong()),
            (key, note) -> {});
    this.renewal = Thread.ofVirtual().name("fob-handover").unstarted(this::renew);
  }

  /**
   * @throws IllegalStateException if the topic cannot be read to its end by the deadline
   */
  public void start(Instant deadline) throws InterruptedException {
    notes.start(deadline);
    renewal.start();
  }

  /**
   * Tells whoever gets the partition which records are still ours. Blocks, within bounds.
   *
   * @param begun tells which: asked once, and no record ends between its answer and the note
   */
  void leave(TopicPartition partition, Supplier<Set<Long>> begun) {
    try {
      Future<RecordMetadata> written;
      synchronized (this) {
        Set<Long> ours = begun.get();
        if (ours.isEmpty()) {
          return;
        }
        left.computeIfAbsent(partition, _ -> new HashSet<>()).addAll(ours);
        written = producer.send(note(partition));
      }
      written.get(WRITE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      LOGGER.atWarn().log("a hand-over was not noted, so calls may run twice: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A record that was left with us is done. */
  void finished(TopicPartition partition, long offset) {
    synchronized (this) {
      Set<Long> rest = left.get(partition);
      if (rest == null || !rest.remove(offset)) {
        return;
      }
      write(partition);
      if (rest.isEmpty()) {
        left.remove(partition);
      }
    }
  }

  /** Sees to it that everything that was noted up to now is known. */
  void catchUp() {
    try {
      notes.catchUp(Instant.now().plus(READ));
    } catch (IllegalStateException e) {
      LOGGER.atWarn().log("notes of a hand-over cannot be read, so calls may run twice");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Who has begun a record, as far as is known. */
  enum Begun {
    /** Nobody; or it is done. */
    BY_NOBODY,
    /** Somebody who is to finish it. */
    ELSEWHERE,
    /** Somebody who has died since. */
    BY_THE_DEAD
  }

  Begun begun(TopicPartition partition, long offset) {
    Begun begun = Begun.BY_NOBODY;
    for (Note note : notes.rows().values()) {
      if (note.partition().equals(partition.toString()) && note.offsets().contains(offset)) {
        if (nanoTime.getAsLong() - note.readNanos() < DEAD_AFTER.toNanos()) {
          return Begun.ELSEWHERE;
        }
        begun = Begun.BY_THE_DEAD;
      }
    }
    return begun;
  }

  private void renew() {
    try {
      while (true) {
        Thread.sleep(RENEW_EVERY);
        synchronized (this) {
          left.keySet().forEach(this::write);
        }
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /** Called with the lock held, so that of two notes the newer one is written last. */
  private void write(TopicPartition partition) {
    try {
      var _ = producer.send(note(partition));
    } catch (KafkaException e) {
      LOGGER.atWarn().log("a note of a hand-over was not renewed: {}", e.toString());
    }
  }

  private ProducerRecord<String, byte[]> note(TopicPartition partition) {
    Set<Long> offsets = Optional.ofNullable(left.get(partition)).orElse(Set.of());
    String key = partition + "@" + me;
    if (offsets.isEmpty()) {
      return new ProducerRecord<>(Topics.HANDOVER.name(), key, null);
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("partition", partition.toString());
    ArrayNode array = json.putArray("offsets");
    offsets.forEach(array::add);
    return new ProducerRecord<>(Topics.HANDOVER.name(), key, Json.bytes(json));
  }

  private static Note decode(ConsumerRecord<String, byte[]> record, long readNanos) {
    JsonNode json = Json.parse(record.value());
    Set<Long> offsets = new HashSet<>();
    json.path("offsets").forEach(offset -> offsets.add(offset.asLong()));
    return new Note(json.path("partition").asText(), offsets, readNanos);
  }

  @Override
  public void close() {
    renewal.interrupt();
    notes.close();
    producer.close(CLOSE);
  }
}
