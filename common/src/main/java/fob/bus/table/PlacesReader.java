package fob.bus.table;

import fob.bus.Bus;
import fob.bus.Unreadable;
import fob.bus.wire.Topic;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads records at many places of a topic, in several partitions at once. Thread-safe. */
public final class PlacesReader implements AutoCloseable {

  private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(100);

  /** Over so many records it is quicker to ask for a place than to read on. */
  private static final int FAR = 100;

  private static final NavigableSet<Long> NOTHING = Collections.emptyNavigableSet();

  private final Topic topic;

  /** Guarded by itself, since a consumer can be used by one thread at a time. */
  private final Consumer<String, byte[]> consumer;

  /** Where a record is. */
  public record Place(int partition, long offset) {}

  /**
   * @param consumer from {@link Bus#searcher}; this reader closes it
   */
  public PlacesReader(Topic topic, Consumer<String, byte[]> consumer) {
    this.topic = topic;
    this.consumer = consumer;
  }

  /**
   * Reads the records at some places, and leaves out those that are gone, that Kafka's client
   * cannot read, or that the decoder refuses. What the decoder returns is kept, and not the
   * records. Blocks, for up to 5 s while nothing else is read.
   *
   * @param decoder throws {@link IllegalArgumentException} to refuse a record
   * @return in the order of the places
   * @throws org.apache.kafka.common.KafkaException if the broker is away or slow
   */
  public <T> List<T> read(List<Place> places, Function<ConsumerRecord<String, byte[]>, T> decoder) {
    Map<TopicPartition, NavigableSet<Long>> wanted = new HashMap<>();
    places.forEach(place ->
        wanted
            .computeIfAbsent(
                new TopicPartition(topic.name(), place.partition()), _ -> new TreeSet<>())
            .add(place.offset()));
    Map<Place, T> found = new HashMap<>();
    synchronized (consumer) {
      long deadline = System.nanoTime() + READ_TIMEOUT.toNanos();
      consumer.assign(wanted.keySet());
      // Those that were read before are paused still.
      consumer.resume(wanted.keySet());
      wanted.forEach((partition, offsets) -> consumer.seek(partition, offsets.first()));
      while (!wanted.isEmpty()) {
        for (ConsumerRecord<String, byte[]> record : poll(wanted)) {
          TopicPartition partition = new TopicPartition(record.topic(), record.partition());
          if (wanted.getOrDefault(partition, NOTHING).contains(record.offset())) {
            decode(record, decoder)
                .ifPresent(one -> found.put(new Place(record.partition(), record.offset()), one));
          }
        }
        wanted.entrySet().removeIf(one -> isOver(one.getKey(), one.getValue()));
        if (!wanted.isEmpty() && System.nanoTime() > deadline) {
          throw new TimeoutException(
              "%s could not be read within %d ms"
                  .formatted(wanted.keySet(), READ_TIMEOUT.toMillis()));
        }
      }
    }
    return places.stream().map(found::get).filter(Objects::nonNull).toList();
  }

  /** Polls. Goes on behind what has expired, and behind what Kafka's client cannot read. */
  private ConsumerRecords<String, byte[]> poll(Map<TopicPartition, NavigableSet<Long>> wanted) {
    try {
      return consumer.poll(POLL);
    } catch (OffsetOutOfRangeException e) {
      skipExpired(e, wanted);
    } catch (KafkaException e) {
      if (Unreadable.skip(consumer, e).isEmpty()) {
        throw e;
      }
    }
    return ConsumerRecords.empty();
  }

  private void skipExpired(
      OffsetOutOfRangeException e, Map<TopicPartition, NavigableSet<Long>> wanted) {
    consumer
        .beginningOffsets(e.partitions())
        .forEach((partition, beginning) -> {
          if (wanted.getOrDefault(partition, NOTHING).headSet(beginning).isEmpty()) {
            throw e; // the topic was made anew, or is shorter than it was
          }
          consumer.seek(partition, beginning);
        });
  }

  /** Returns whether all offsets have been passed; if not, goes to the next one if it is far. */
  private boolean isOver(TopicPartition partition, NavigableSet<Long> offsets) {
    long position = consumer.position(partition);
    offsets.headSet(position).clear();
    if (offsets.isEmpty()) {
      consumer.pause(List.of(partition));
      return true;
    }
    if (offsets.first() - FAR > position) {
      consumer.seek(partition, offsets.first());
    }
    return false;
  }

  private static <T> Optional<T> decode(
      ConsumerRecord<String, byte[]> record, Function<ConsumerRecord<String, byte[]>, T> decoder) {
    try {
      return record.value() == null ? Optional.empty() : Optional.of(decoder.apply(record));
    } catch (IllegalArgumentException refused) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    synchronized (consumer) {
      consumer.close();
    }
  }
}
