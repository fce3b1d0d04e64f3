package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.bus.Bus;
import fob.bus.BusHealth;
import fob.bus.BusSettings;
import fob.bus.Group;
import fob.bus.LogReader;
import fob.bus.wire.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a consumer of fob's does when its topic is deleted and made anew. */
@Timeout(120)
class TopicMadeAnewIT {

  private static final TopicPartition PARTITION = new TopicPartition("topic", 0);
  private static final Group GROUP =
      new Group("group", new Topic("topic", Topic.Split.ONE, Map.of()), "test");
  private static final Duration SOON = Duration.ofSeconds(40);
  private static final Duration POLL = Duration.ofMillis(100);

  @TempDir Path dir;

  private EmbeddedBroker broker;
  private Bus bus;
  private Admin admin;
  private Producer<String, byte[]> producer;

  @BeforeEach
  void start() throws Exception {
    broker = EmbeddedBroker.start(dir.resolve("kafka"), "127.0.0.1", 0);
    bus = new Bus(BusSettings.of(broker.bootstrapServers()));
    admin = bus.admin();
    producer = bus.producer();
    make();
  }

  @AfterEach
  void stop() {
    producer.close();
    admin.close();
    bus.close();
    broker.close();
  }

  private void make() throws Exception {
    admin.createTopics(List.of(new NewTopic("topic", 1, (short) 1))).all().get();
  }

  private void makeAnew() throws Exception {
    admin.deleteTopics(List.of("topic")).all().get();
    make();
  }

  private void write(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      producer.send(new ProducerRecord<>("topic", "key", new byte[] {(byte) i})).get();
    }
  }

  /** Reads so many records, starting over when it is told to. */
  private static List<Long> read(LogReader reader, int count) {
    List<Long> offsets = new ArrayList<>();
    await()
        .atMost(SOON)
        .until(() -> {
          try {
            for (ConsumerRecord<String, byte[]> record : reader.poll(POLL)) {
              offsets.add(record.offset());
            }
          } catch (OffsetOutOfRangeException anew) {
            reader.seekToBeginning(anew.partitions());
            offsets.clear();
          }
          return offsets.size() >= count;
        });
    return offsets;
  }

  @Test
  void itStartsOverThoughTheNewLogHasItsPositionToo() throws Exception {
    try (BusHealth watch = new BusHealth(bus);
        LogReader reader = bus.reader()) {
      // Given
      reader.assign(Set.of(PARTITION));
      reader.seekToBeginning(Set.of(PARTITION));
      write(3);
      read(reader, 3);

      // When
      makeAnew();
      write(5);

      // Then
      assertThat(read(reader, 5)).containsExactly(0L, 1L, 2L, 3L, 4L);
      assertThat(watch.problem()).isEmpty();
    }
  }

  @Test
  void recordsOfAnotherTopicAreNotMissedWhenOneIsMadeAnew() throws Exception {
    TopicPartition other = new TopicPartition("other", 0);
    admin.createTopics(List.of(new NewTopic("other", 1, (short) 1))).all().get();
    try (BusHealth watch = new BusHealth(bus);
        LogReader reader = bus.reader()) {
      // Given
      reader.assign(Set.of(PARTITION, other));
      reader.seekToBeginning(Set.of(PARTITION, other));
      write(3);
      read(reader, 3);

      // When
      makeAnew();
      Set<Long> ofOther = new TreeSet<>();
      AtomicLong written = new AtomicLong();
      AtomicBoolean isAnew = new AtomicBoolean();
      await()
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> {
            if (!isAnew.get()) {
              producer.send(new ProducerRecord<>("other", "key", new byte[0])).get();
              written.incrementAndGet();
            }
            try {
              reader.poll(POLL).records(other).forEach(record -> ofOther.add(record.offset()));
            } catch (OffsetOutOfRangeException anew) {
              assertThat(anew.partitions()).containsExactly(PARTITION);
              reader.seekToBeginning(anew.partitions());
              isAnew.set(true);
            }
            return isAnew.get() && ofOther.size() == written.get();
          });

      // Then
      assertThat(ofOther).hasSize((int) written.get());
      assertThat(watch.problem()).isEmpty();
    }
  }

  @Test
  void aCommitCountsInTheTopicInWhichItWasMadeAndInNoLaterOne() throws Exception {
    try (LogReader member = bus.member(GROUP, Optional.empty());
        LogReader other = bus.member(GROUP, Optional.empty())) {
      // Given
      member.assign(Set.of(PARTITION));
      commit(member);
      assertThat(other.committed(Set.of(PARTITION)))
          .isEqualTo(Map.of(PARTITION, new OffsetAndMetadata(1, "notes")));

      // When
      makeAnew();
      commit(member);

      // Then
      assertThat(other.committed(Set.of(PARTITION))).isEmpty();
    }
  }

  /** As soon as the broker takes it. */
  private static void commit(LogReader member) {
    await()
        .atMost(SOON)
        .ignoreExceptionsInstanceOf(KafkaException.class)
        .until(() -> {
          member.commitSync(
              Map.of(PARTITION, new OffsetAndMetadata(1, "notes")), Duration.ofSeconds(3));
          return true;
        });
  }
}
