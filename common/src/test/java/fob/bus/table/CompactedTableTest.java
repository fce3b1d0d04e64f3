package fob.bus.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import fob.bus.TestConsumer;
import fob.bus.wire.Topic;
import fob.service.Loops;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CompactedTableTest {

  private static final Topic TOPIC = new Topic("functions", Topic.Split.ONE, Map.of());
  private static final TopicPartition PARTITION = new TopicPartition("functions", 0);

  private static final Loops LOOPS = new Loops();

  private final TestConsumer consumer = new TestConsumer();
  private final List<String> changes = new CopyOnWriteArrayList<>();
  private final CompactedTable<String> table =
      new CompactedTable<>(
          LOOPS,
          TOPIC,
          consumer,
          record -> decode(new String(record.value(), UTF_8)),
          (key, value) -> changes.add(key + "=" + value.orElse("(gone)")));

  private static String decode(String text) {
    if (text.startsWith("!")) {
      throw new IllegalArgumentException("unreadable on purpose");
    }
    return text;
  }

  @AfterEach
  void close() {
    table.close();
  }

  private void log(String... records) {
    consumer.begin(PARTITION);
    consumer.updateEndOffsets(Map.of(PARTITION, (long) records.length));
    for (int offset = 0; offset < records.length; offset++) {
      String[] parts = records[offset].split("=", -1);
      write(offset, parts[0], parts.length > 1 ? parts[1] : null);
    }
  }

  private void write(long offset, @Nullable String key, @Nullable String value) {
    var record =
        TestConsumer.record(PARTITION, offset, key, value == null ? null : value.getBytes(UTF_8));
    consumer.schedulePollTask(() -> consumer.addRecord(record));
  }

  private void start() throws InterruptedException {
    table.start(Instant.now().plusSeconds(5));
  }

  @Test
  void startReturnsOnceEverythingThatWasThereIsLoaded() throws InterruptedException {
    // Given
    log("a=1", "b=2", "a=3");

    // When
    start();

    // Then
    assertThat(table.rows()).isEqualTo(Map.of("a", "3", "b", "2"));
  }

  @Test
  void anEmptyTopicIsLoadedAtOnce() throws InterruptedException {
    // Given
    log();

    // When
    start();

    // Then
    assertThat(table.rows()).isEmpty();
    assertThat(table.get("a")).isEmpty();
  }

  @Test
  void aTombstoneRemovesTheRow() throws InterruptedException {
    // Given
    log("a=1", "b=2", "a");

    // When
    start();

    // Then
    assertThat(table.get("a")).isEmpty();
    assertThat(table.get("b")).contains("2");
  }

  @Test
  void aRecordThatDoesNotDecodeIsSkippedAndTheOldRowStays() throws InterruptedException {
    // Given
    log("a=1", "a=!broken", "b=2");

    // When
    start();

    // Then
    assertThat(table.rows()).isEqualTo(Map.of("a", "1", "b", "2"));
  }

  @Test
  void aRecordWithoutKeyIsSkipped() throws InterruptedException {
    // Given
    log("a=1", "b=2");
    consumer.updateEndOffsets(Map.of(PARTITION, 3L));
    write(2, null, "nobody's");

    // When
    start();

    // Then
    assertThat(table.rows()).isEqualTo(Map.of("a", "1", "b", "2"));
  }

  @Test
  void theListenerHearsEveryChangeInTheTopicsOrder() throws InterruptedException {
    // Given
    log("a=1", "b=2", "a=3", "b");

    // When
    start();

    // Then
    assertThat(changes).containsExactly("a=1", "b=2", "a=3", "b=(gone)");
  }

  @Test
  void theListenerFindsTheRowChangedAlready() throws InterruptedException {
    // Given
    List<Optional<String>> found = new CopyOnWriteArrayList<>();
    TestConsumer other = new TestConsumer();
    other.begin(PARTITION);
    other.updateEndOffsets(Map.of(PARTITION, 1L));
    other.assign(List.of(PARTITION));
    other.add(PARTITION, 0, "a", "1".getBytes(UTF_8));
    CompactedTable<?>[] self = new CompactedTable<?>[1];
    CompactedTable<String> observed =
        new CompactedTable<>(
            LOOPS,
            TOPIC,
            other,
            record -> new String(record.value(), UTF_8),
            (key, value) -> found.add(self[0].get(key).map(Object::toString)));
    self[0] = observed;

    // When
    observed.start(Instant.now().plusSeconds(5));

    // Then
    assertThat(found).containsExactly(Optional.of("1"));
    observed.close();
  }

  @Test
  void laterChangesAreFollowed() throws InterruptedException {
    // Given
    log("a=1");
    start();

    // When
    write(1, "a", "2");
    write(2, "b", "3");

    // Then
    await().untilAsserted(() -> assertThat(table.rows()).isEqualTo(Map.of("a", "2", "b", "3")));
  }

  @Test
  void aFailureOfTheBusIsSurvived() throws InterruptedException {
    // Given
    log("a=1");
    consumer.setPollException(new KafkaException("broker is away"));

    // When
    start();

    // Then
    assertThat(table.get("a")).contains("1");
  }

  @Test
  void aTopicThatWasMadeAnewIsReadFromItsBeginningAndItsOldRowsStayUntilThen() throws Exception {
    // Given
    log("a=1", "b=2", "c=3");
    start();
    changes.clear();

    // When
    consumer.setPollException(new OffsetOutOfRangeException(Map.of(PARTITION, 3L)));
    write(0, "a", "1");
    List<Map<String, String>> halfWay = new CopyOnWriteArrayList<>();
    consumer.schedulePollTask(() -> halfWay.add(Map.copyOf(table.rows())));
    write(1, "b", "4");
    write(2, "d", "5");

    // Then
    await()
        .untilAsserted(
            () -> assertThat(table.rows()).isEqualTo(Map.of("a", "1", "b", "4", "d", "5")));
    assertThat(halfWay).containsExactly(Map.of("a", "1", "b", "2", "c", "3"));
    assertThat(changes).containsExactlyInAnyOrder("c=(gone)", "b=4", "d=5");
  }

  @Test
  void aTopicThatWasMadeAnewIsNoticedWhenSomebodyCatchesUp() throws Exception {
    // Given
    log("a=1", "b=2", "c=3");
    start();

    // When
    consumer.updateEndOffsets(Map.of(PARTITION, 0L));
    table.catchUp(Instant.now().plusSeconds(5));

    // Then
    assertThat(table.rows()).isEmpty();
  }

  @Test
  void aRecordThatKafkaCannotReadIsSkipped() throws InterruptedException {
    // Given
    log("a=1");
    start();

    // When
    consumer.updateEndOffsets(Map.of(PARTITION, 3L));
    consumer.setPollException(
        new KafkaException("Record batch for partition functions-0 at offset 1 is invalid"));
    await().until(() -> position() == 2);
    write(2, "b", "3");

    // Then
    table.catchUp(Instant.now().plusSeconds(5));
    assertThat(table.rows()).isEqualTo(Map.of("a", "1", "b", "3"));
  }

  private long position() throws InterruptedException {
    AtomicLong position = new AtomicLong();
    CountDownLatch asked = new CountDownLatch(1);
    consumer.schedulePollTask(() -> {
      position.set(consumer.position(PARTITION));
      asked.countDown();
    });
    asked.await();
    return position.get();
  }

  @Test
  void aTopicThatCannotBeReadToItsEndInTimeIsRefused() {
    // Given
    log("a=1");
    consumer.updateEndOffsets(Map.of(PARTITION, 1_000L));

    // Then
    assertThatThrownBy(() -> table.start(Instant.now().plus(Duration.ofMillis(30))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("functions could not be read to its end in time");
  }

  @Test
  void closeStopsReadingAndClosesTheConsumer() throws InterruptedException {
    // Given
    log("a=1");
    start();

    // When
    table.close();

    // Then
    assertThat(consumer.closed()).isTrue();
    assertThat(table.get("a")).contains("1");
  }

  @Test
  void closeBeforeStartClosesTheConsumer() {
    // When
    table.close();

    // Then
    assertThat(consumer.closed()).isTrue();
  }
}
