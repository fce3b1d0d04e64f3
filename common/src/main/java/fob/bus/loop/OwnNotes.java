package fob.bus.loop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The notes of this member: which records it still finishes in partitions that it has handed over,
 * and which it has finished since. Thread-safe.
 */
final class OwnNotes {

  private static final Logger LOGGER = LoggerFactory.getLogger(OwnNotes.class);
  private static final Duration RENEW_EVERY = Duration.ofSeconds(1);
  private static final Duration WRITE = Duration.ofSeconds(3);

  /** A new owner reads a record that was finished just after the hand-over within this time. */
  private static final Duration DONE_KEPT = Duration.ofSeconds(30);

  /** The state of a partition that was handed over. */
  private static final class HandedOver {
    final Set<Long> begun = new HashSet<>();
    final Set<Long> done = new HashSet<>();
    long lastDoneNanos;
    long writtenNanos;
    boolean isChanged; // since it was written
  }

  private final String member = UUID.randomUUID().toString();
  private final Producer<String, byte[]> producer;
  private final LongSupplier nanoTime;
  private final Map<TopicIdPartition, HandedOver> partitions = new HashMap<>(); // guarded by this

  OwnNotes(Producer<String, byte[]> producer, LongSupplier nanoTime) {
    this.producer = producer;
    this.nanoTime = nanoTime;
  }

  /**
   * Writes which records of some partitions this member finishes after the hand-over. Blocks until
   * Kafka has the notes, for 3 s at most altogether, then logs a warning.
   *
   * @param begun supplies the offsets for each partition. It is asked once, and no record of the
   *     partition is reported to {@link #finished} between its answer and the note
   */
  void leave(Map<TopicIdPartition, Supplier<Set<Long>>> begun) {
    try {
      List<Future<RecordMetadata>> written = new ArrayList<>();
      begun.forEach((partition, offsets) -> leave(partition, offsets).ifPresent(written::add));
      long end = nanoTime.getAsLong() + WRITE.toNanos();
      for (Future<RecordMetadata> each : written) {
        each.get(Math.max(0, end - nanoTime.getAsLong()), TimeUnit.NANOSECONDS);
      }
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      LOGGER.atWarn().log("a hand-over was not noted, so calls may run twice: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Optional<Future<RecordMetadata>> leave(
      TopicIdPartition partition, Supplier<Set<Long>> begun) {
    Set<Long> offsets = begun.get();
    if (offsets.isEmpty()) {
      return Optional.empty();
    }
    HandedOver state = partitions.computeIfAbsent(partition, _ -> new HandedOver());
    state.begun.addAll(offsets);
    state.writtenNanos = nanoTime.getAsLong();
    notifyAll(); // the thread that renews notes
    return Optional.of(producer.send(note(partition, state, false)));
  }

  /**
   * Notes that a record of a partition that was handed over is finished. Does not block: {@link
   * #write} writes it.
   */
  synchronized void finished(TopicIdPartition partition, long offset) {
    HandedOver state = partitions.get(partition);
    if (state != null && state.begun.remove(offset)) {
      state.done.add(offset);
      state.lastDoneNanos = nanoTime.getAsLong();
      state.isChanged = true;
    }
  }

  /** Blocks until there are notes of this member, or the time is over. */
  @SuppressWarnings("WaitNotInLoop") // the caller has the loop
  synchronized void awaitNotes(Duration atMost) throws InterruptedException {
    if (partitions.isEmpty()) {
      wait(atMost.toMillis());
    }
  }

  /**
   * Writes the notes that have changed since, and the others once a second, as a sign of life.
   * Deletes those that are needed no more.
   */
  synchronized void write() {
    long now = nanoTime.getAsLong();
    for (TopicIdPartition partition : Set.copyOf(partitions.keySet())) {
      HandedOver state = Objects.requireNonNull(partitions.get(partition));
      boolean isDue = now - state.writtenNanos >= RENEW_EVERY.toNanos();
      if (state.isChanged || (isDue && !state.begun.isEmpty())) {
        state.isChanged = false;
        state.writtenNanos = now;
        send(note(partition, state, false));
      } else if (state.begun.isEmpty() && now - state.lastDoneNanos > DONE_KEPT.toNanos()) {
        partitions.remove(partition);
        send(HandOverNote.delete(partition, member));
      }
    }
  }

  /** Deletes notes of members that are dead. */
  synchronized void delete(List<String> keys) {
    keys.forEach(key -> send(HandOverNote.delete(key)));
  }

  /** Writes that this member finishes nothing any more. */
  synchronized void end() {
    partitions.forEach((partition, state) -> send(note(partition, state, true)));
    partitions.clear();
  }

  private ProducerRecord<String, byte[]> note(
      TopicIdPartition partition, HandedOver state, boolean ended) {
    return new HandOverNote(partition, state.begun, state.done, ended).encode(member);
  }

  /** Called with the lock held, so that the newer of two notes is written last. */
  private void send(ProducerRecord<String, byte[]> note) {
    try {
      var _ = producer.send(note);
    } catch (KafkaException e) {
      LOGGER.atWarn().log("a note of a hand-over was not renewed: {}", e.toString());
    }
  }
}
