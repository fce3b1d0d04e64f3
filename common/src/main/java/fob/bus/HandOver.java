package fob.bus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.bus.wire.Topics;
import fob.service.Loop;
import fob.service.Loops;
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
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What members of a group tell one another when partitions move: which records the old owner has
 * begun and will finish. It writes a note before it lets go of the partition and renews it as long
 * as it works on any of them; it says there what it has done, too. The new owner runs none of the
 * former unless the note has not been renewed for so long that its writer must be dead, and none of
 * the latter. Thread-safe.
 */
public final class HandOver implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(HandOver.class);
  private static final Duration RENEW_EVERY = Duration.ofSeconds(1);
  private static final Duration DEAD_AFTER = Duration.ofSeconds(8);
  private static final Duration WRITE = Duration.ofSeconds(3);
  private static final Duration READ = Duration.ofSeconds(3);
  private static final Duration CLOSE = Duration.ofSeconds(1);

  /** Longer than a new owner takes to come to what was done just after the hand-over. */
  private static final Duration DONE_KEPT = Duration.ofSeconds(30);

  /** Of a writer that is gone. */
  private static final Duration NOTE_KEPT = Duration.ofMinutes(10);

  /**
   * A note as it was read last.
   *
   * @param topic the id of the log to which the offsets belong; empty if its writer is of an older
   *     fob
   * @param offsets begun and not done
   * @param ended its writer finishes nothing any more
   */
  private record Note(
      String partition,
      String topic,
      Set<Long> offsets,
      Set<Long> done,
      boolean ended,
      long readNanos) {

    boolean isOf(TopicIdPartition other) {
      return partition.equals(other.topicPartition().toString())
          && (topic.isEmpty() || topic.equals(other.topicId().toString()));
    }
  }

  /** What is noted of a partition that was left. */
  private static final class Left {
    final Set<Long> begun = new HashSet<>();
    final Set<Long> done = new HashSet<>();
    long lastDoneNanos;
  }

  private final String me = UUID.randomUUID().toString();
  private final Producer<String, byte[]> producer;
  private final LongSupplier nanoTime;
  private final CompactedTable<Note> notes;
  private final Map<TopicIdPartition, Left> left = new HashMap<>(); // guarded by this
  private final Loop renewal;

  public HandOver(Bus bus) {
    this(bus.loops(), bus.producer(), bus.reader(), System::nanoTime);
  }

  HandOver(
      Loops loops,
      Producer<String, byte[]> producer,
      Consumer<String, byte[]> reader,
      LongSupplier nanoTime) {
    this.producer = producer;
    this.nanoTime = nanoTime;
    this.notes =
        new CompactedTable<>(
            loops,
            Topics.HANDOVER,
            reader,
            record -> decode(record, nanoTime.getAsLong()),
            (key, note) -> {});
    this.renewal = loops.loop("handover");
  }

  /**
   * @throws IllegalStateException if the topic cannot be read to its end by the deadline
   */
  public void start(Instant deadline) throws InterruptedException {
    notes.start(deadline);
    renewal.startVirtual(this::renew);
  }

  /**
   * Tells whoever gets the partition which records are still ours. Blocks, within bounds.
   *
   * @param begun tells which: asked once, and no record ends between its answer and the note
   */
  void leave(TopicIdPartition partition, Supplier<Set<Long>> begun) {
    try {
      Future<RecordMetadata> written;
      synchronized (this) {
        Set<Long> ours = begun.get();
        if (ours.isEmpty()) {
          return;
        }
        left.computeIfAbsent(partition, _ -> new Left()).begun.addAll(ours);
        written = producer.send(note(partition, false));
      }
      written.get(WRITE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      LOGGER.atWarn().log("a hand-over was not noted, so calls may run twice: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A record that was left with us is done. */
  synchronized void finished(TopicIdPartition partition, long offset) {
    Left of = left.get(partition);
    if (of != null && of.begun.remove(offset)) {
      of.done.add(offset);
      of.lastDoneNanos = nanoTime.getAsLong();
      write(partition, false);
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
    BY_NOBODY,
    /** Somebody who has finished it. */
    AND_DONE,
    /** Somebody who is to finish it. */
    ELSEWHERE,
    /** Somebody who has died since. */
    BY_THE_DEAD
  }

  Begun begun(TopicIdPartition partition, long offset) {
    Begun begun = Begun.BY_NOBODY;
    for (Note note : notes.rows().values()) {
      long age = nanoTime.getAsLong() - note.readNanos();
      if (note.isOf(partition) && age < NOTE_KEPT.toNanos()) {
        if (note.done().contains(offset)) {
          return Begun.AND_DONE;
        }
        if (note.offsets().contains(offset)) {
          boolean lives = !note.ended() && age < DEAD_AFTER.toNanos();
          begun = lives || begun == Begun.ELSEWHERE ? Begun.ELSEWHERE : Begun.BY_THE_DEAD;
        }
      }
    }
    return begun;
  }

  private void renew() {
    try {
      while (true) {
        Thread.sleep(RENEW_EVERY);
        renewAll();
        renewal.succeeded();
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void renewAll() {
    for (TopicIdPartition partition : Set.copyOf(left.keySet())) {
      Left of = Optional.ofNullable(left.get(partition)).orElseThrow();
      boolean over =
          of.begun.isEmpty() && nanoTime.getAsLong() - of.lastDoneNanos > DONE_KEPT.toNanos();
      if (over) {
        left.remove(partition);
      }
      if (over || !of.begun.isEmpty()) {
        write(partition, false);
      }
    }
  }

  /** Called with the lock held, so that of two notes the newer one is written last. */
  private void write(TopicIdPartition partition, boolean ended) {
    try {
      var _ = producer.send(note(partition, ended));
    } catch (KafkaException e) {
      LOGGER.atWarn().log("a note of a hand-over was not renewed: {}", e.toString());
    }
  }

  /** Nothing is left: the note goes. */
  private ProducerRecord<String, byte[]> note(TopicIdPartition partition, boolean ended) {
    String key = partition.topicPartition() + "@" + me + "@" + partition.topicId();
    Left of = left.get(partition);
    if (of == null) {
      return new ProducerRecord<>(Topics.HANDOVER.name(), key, null);
    }
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("partition", partition.topicPartition().toString())
            .put("topic", partition.topicId().toString());
    of.begun.forEach(json.putArray("offsets")::add);
    of.done.forEach(json.putArray("done")::add);
    if (ended) {
      json.put("ended", true);
    }
    return new ProducerRecord<>(Topics.HANDOVER.name(), key, Json.bytes(json));
  }

  private static Note decode(ConsumerRecord<String, byte[]> record, long readNanos) {
    JsonNode json = Json.parse(record.value());
    return new Note(
        json.path("partition").asText(),
        json.path("topic").asText(),
        offsets(json.path("offsets")),
        offsets(json.path("done")),
        json.path("ended").asBoolean(),
        readNanos);
  }

  private static Set<Long> offsets(JsonNode array) {
    return array.valueStream().map(JsonNode::asLong).collect(Collectors.toUnmodifiableSet());
  }

  /** What is not done by now is somebody else's. */
  @Override
  public void close() {
    renewal.interrupt(CLOSE);
    synchronized (this) {
      left.keySet().forEach(partition -> write(partition, true));
      left.clear();
    }
    notes.close();
    producer.close(CLOSE);
  }
}
