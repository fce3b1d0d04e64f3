package fob.bus.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import fob.function.FunctionId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogPublisherTest {

  private static final FunctionId ID = FunctionId.random();
  private static final String PREFIX = "2026-01-02T03:04:05.678Z - ";

  private final MockProducer<String, byte[]> producer =
      new MockProducer<>(
          false, new RoundRobinPartitioner(), new StringSerializer(), new ByteArraySerializer());
  private final AtomicLong nanos = new AtomicLong();
  private final LogPublisher logs = publisher(never());

  private LogPublisher publisher(ScheduledExecutorService timer) {
    return new LogPublisher(
        producer, () -> Instant.parse("2026-01-02T03:04:05.678Z"), nanos::get, timer);
  }

  /** A timer that runs nothing, so that a test flushes itself. */
  private static ScheduledExecutorService never() {
    var timer = new ScheduledThreadPoolExecutor(1, new ThreadPoolExecutor.DiscardPolicy());
    timer.shutdown();
    return timer;
  }

  @AfterEach
  void close() {
    logs.close();
  }

  private void print(String text) {
    logs.add(ID, "i-1", text.getBytes(UTF_8));
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private List<String> written() {
    return producer.history().stream().map(LogPublisherTest::text).toList();
  }

  private static String text(ProducerRecord<String, byte[]> record) {
    return new String(record.value(), UTF_8);
  }

  @Test
  void aLineIsWrittenSoonAndThenNothingIsDue() {
    try (var timer = new ScheduledThreadPoolExecutor(1)) {
      LogPublisher timed = publisher(timer);

      // When
      timed.add(ID, "i-1", "one".getBytes(UTF_8));

      // Then
      await(() -> !written().isEmpty());
      assertThat(written()).containsExactly(PREFIX + "one\n");
      pass(Duration.ofMinutes(1));
      await(() -> timer.getQueue().isEmpty() && timer.getActiveCount() == 0);
      timed.close();
    }
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void linesAreWrittenTogetherInTheirOrder() {
    // When
    print("one");
    print("two");
    assertThat(written()).isEmpty();
    logs.flush();
    logs.flush();

    // Then
    assertThat(written()).containsExactly(PREFIX + "one\n" + PREFIX + "two\n");
    assertThat(producer.history().getFirst().key()).isEqualTo(ID.toString());
  }

  @Test
  void linesOfFobStayBetweenThoseOfTheInstance() {
    // When
    print("one");
    logs.add(ID, "", "fob's".getBytes(UTF_8));
    print("two");
    logs.flush();

    // Then
    assertThat(written()).containsExactly(PREFIX + "one\n", PREFIX + "fob's\n", PREFIX + "two\n");
  }

  @Test
  void eachInstanceAndFobHaveRecordsOfTheirOwn() {
    // When
    print("one");
    logs.add(ID, "i-2", "two".getBytes(UTF_8));
    print("three");
    logs.add(ID, "", "four".getBytes(UTF_8));
    logs.flush();

    // Then
    assertThat(producer.history())
        .extracting(LogPublisherTest::instance, LogPublisherTest::text)
        .containsExactlyInAnyOrder(
            tuple("i-1", PREFIX + "one\n" + PREFIX + "three\n"),
            tuple("i-2", PREFIX + "two\n"),
            tuple("", PREFIX + "four\n"));
  }

  private static String instance(ProducerRecord<String, byte[]> record) {
    var header = record.headers().lastHeader("fob-instance");
    return header == null ? "" : new String(header.value(), UTF_8);
  }

  @Test
  void recordsAreSmall() {
    // When
    for (int line = 0; line < 100; line++) {
      print("x".repeat(2_000));
    }
    logs.flush();

    // Then
    assertThat(written()).hasSize(7).allMatch(text -> text.length() <= 33 * 1024);
  }

  @Test
  void floodIsLimitedAndSaysHowManyLinesAreMissing() {
    // When
    for (int line = 0; line < 100_000; line++) {
      print("flood of line " + line);
    }
    logs.flush();
    int kept = String.join("", written()).split("\n", -1).length - 1;
    pass(Duration.ofSeconds(1));
    logs.flush();

    // Then
    assertThat(String.join("", written()).length()).isBetween(256 * 1024, 600 * 1024);
    assertThat(written().getLast())
        .contains(" - fob: " + (100_000 - kept) + " lines are left out here: ");

    // And further lines are written
    print("after");
    logs.flush();
    assertThat(written().getLast()).endsWith(" - after\n");
  }

  @Test
  void fobsOwnLinesAreWrittenInAFloodToo() {
    // Given
    for (int line = 0; line < 100_000; line++) {
      print("flood of line " + line);
    }

    // When
    logs.add(ID, "", "fob: instance 1 has ended".getBytes(UTF_8));
    logs.flush();

    // Then
    assertThat(String.join("", written())).contains("instance 1 has ended");
  }

  @Test
  void functionIsNotLimitedByAnotherOnesFlood() {
    // Given
    for (int line = 0; line < 100_000; line++) {
      print("flood of line " + line);
    }

    // When
    FunctionId neighbour = FunctionId.random();
    logs.add(neighbour, "i-1", "calm".getBytes(UTF_8));
    logs.flush();

    // Then
    assertThat(producer.history())
        .filteredOn(record -> record.key().equals(neighbour.toString()))
        .extracting(LogPublisherTest::text)
        .containsExactly(PREFIX + "calm\n");
  }

  @Test
  void linesThatKafkaDoesNotTakeAreCounted() {
    // Given
    print("one");
    print("two");
    logs.flush();

    // When
    producer.errorNext(new TimeoutException("away on purpose"));
    logs.flush();

    // Then
    assertThat(written().getLast())
        .isEqualTo(PREFIX + "fob: 2 lines are missing here: Kafka did not take them\n");
  }

  @Test
  void memoryIsBoundedWhileNothingCanBeWritten() {
    // When
    for (int function = 0; function < 100; function++) {
      FunctionId id = FunctionId.random();
      for (int line = 0; line < 100; line++) {
        logs.add(id, "i-1", "x".repeat(4_000).getBytes(UTF_8));
      }
    }
    logs.flush();

    // Then
    assertThat(written().stream().mapToLong(String::length).sum())
        .isBetween(7L * 1024 * 1024, 9L * 1024 * 1024);
  }
}
