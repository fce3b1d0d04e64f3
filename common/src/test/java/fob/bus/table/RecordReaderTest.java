package fob.bus.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.bus.TestConsumer;
import fob.bus.wire.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A record is said to be gone only where the log shows that it is. */
class RecordReaderTest {

  private static final Topic TOPIC = new Topic("code", Topic.Split.ONE, Map.of());
  private static final TopicPartition PARTITION = new TopicPartition("code", 0);

  private final TestConsumer consumer = new TestConsumer();
  private final RecordReader reader = new RecordReader(TOPIC, consumer);

  @BeforeEach
  void assign() {
    consumer.begin(PARTITION);
    consumer.assign(List.of(PARTITION));
    consumer.updateEndOffsets(Map.of(PARTITION, 100L));
  }

  @AfterEach
  void close() {
    reader.close();
  }

  private void write(long offset, String key) {
    consumer.add(PARTITION, offset, key, "code".getBytes(UTF_8));
  }

  @Test
  void recordIsFoundAtItsOffset() {
    write(5, "a");

    assertThat(reader.read(5, "a"))
        .hasValueSatisfying(record -> assertThat(record.key()).isEqualTo("a"));
  }

  @Test
  void recordIsGoneWhereALaterOneComesFirst() {
    write(7, "a");

    assertThat(reader.read(5, "a")).isEmpty();
  }

  @Test
  void recordIsGoneWhereAnotherKeyHasItsOffset() {
    write(5, "b");

    assertThat(reader.read(5, "a")).isEmpty();
  }

  @Test
  void recordIsGoneWhereTheLogBeginsAfterIt() {
    consumer.updateBeginningOffsets(Map.of(PARTITION, 6L));
    consumer.setPollException(new OffsetOutOfRangeException(Map.of(PARTITION, 5L)));

    assertThat(reader.read(5, "a")).isEmpty();
  }

  @Test
  void offsetBeyondTheEndIsNotKnownToBeGone() {
    consumer.setPollException(new OffsetOutOfRangeException(Map.of(PARTITION, 500L)));

    assertThatThrownBy(() -> reader.read(500, "a")).isInstanceOf(OffsetOutOfRangeException.class);
  }

  @Test
  void brokerThatDeliversNothingIsNotARecordThatIsGone() {
    RecordReader impatient = new RecordReader(TOPIC, consumer, Duration.ofMillis(20));

    assertThatThrownBy(() -> impatient.read(5, "a"))
        .isInstanceOf(TimeoutException.class)
        .hasMessage("code-0 at offset 5 could not be read within 20 ms");
  }
}
