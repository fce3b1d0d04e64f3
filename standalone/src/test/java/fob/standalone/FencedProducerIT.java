package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.bus.Bus;
import fob.bus.BusSettings;
import fob.bus.BusStart;
import fob.bus.LogReader;
import fob.bus.wire.Topics;
import fob.deployer.FencedProducer;
import fob.service.Service;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the deployer's transactions promise, with a real broker. */
@Timeout(120)
class FencedProducerIT {

  private static final TopicPartition FUNCTIONS = new TopicPartition(Topics.FUNCTIONS.name(), 0);
  private static final TopicPartition CODE = new TopicPartition(Topics.CODE.name(), 0);

  @TempDir Path dir;

  private final Service services = new Service();
  private final AtomicInteger fences = new AtomicInteger();
  private Bus bus;

  @BeforeEach
  void start() throws InterruptedException {
    EmbeddedBroker broker = services.add(EmbeddedBroker.start(dir, "127.0.0.1", 0));
    bus = services.add(BusStart.connect(BusSettings.of(broker.bootstrapServers())));
  }

  @AfterEach
  void stop() {
    services.close();
  }

  private FencedProducer deployer() {
    return services.add(
        new FencedProducer(() -> bus.transactionalProducer("test"), fences::incrementAndGet));
  }

  private static ProducerRecord<String, byte[]> record(TopicPartition to, String key, int bytes) {
    return new ProducerRecord<>(to.topic(), key, new byte[bytes]);
  }

  private List<String> read(TopicPartition partition) {
    List<String> keys = new ArrayList<>();
    try (LogReader reader = bus.reader()) {
      reader.assign(List.of(partition));
      reader.seekToBeginning(List.of(partition));
      long end = reader.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      Instant deadline = Instant.now().plusSeconds(30);
      while (reader.position(partition) < end && Instant.now().isBefore(deadline)) {
        reader.poll(Duration.ofMillis(100)).forEach(record -> keys.add(record.key()));
      }
    }
    return keys;
  }

  @Test
  void whatWasReplacedWritesNothingAfterItsSuccessorAndHearsOfIt() {
    // Given
    FencedProducer first = deployer();
    first.begin();
    first.write(List.of(record(FUNCTIONS, "1", 10)));
    FencedProducer second = deployer();

    // When
    second.begin();

    // Then
    assertThatThrownBy(() -> first.write(List.of(record(FUNCTIONS, "late", 10))))
        .isInstanceOf(FencedProducer.Fenced.class);
    assertThat(fences).hasValue(1);
    second.write(List.of(record(FUNCTIONS, "2", 10)));
    assertThatThrownBy(() -> first.write(List.of(record(FUNCTIONS, "later", 10))))
        .isInstanceOf(FencedProducer.Fenced.class);
    assertThat(read(FUNCTIONS)).containsExactly("1", "2");

    // When
    first.begin();
    first.write(List.of(record(FUNCTIONS, "3", 10)));

    // Then
    assertThatThrownBy(() -> second.write(List.of(record(FUNCTIONS, "late", 10))))
        .isInstanceOf(FencedProducer.Fenced.class);
    assertThat(read(FUNCTIONS)).containsExactly("1", "2", "3");
  }

  @Test
  void recordsOfOneTransactionAreAllReadOrNone() {
    // Given
    FencedProducer deployer = deployer();
    deployer.begin();

    // When
    assertThatThrownBy(() ->
            deployer.write(
                List.of(record(CODE, "half", 10), record(FUNCTIONS, "half", 3 * 1024 * 1024))))
        .isInstanceOf(KafkaException.class)
        .isNotInstanceOf(FencedProducer.Fenced.class);

    // Then
    deployer.write(List.of(record(CODE, "whole", 10), record(FUNCTIONS, "whole", 10)));
    assertThat(read(CODE)).containsExactly("whole");
    assertThat(read(FUNCTIONS)).containsExactly("whole");
    assertThat(fences).hasValue(0);
  }
}
