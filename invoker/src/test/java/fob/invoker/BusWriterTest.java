package fob.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BusWriterTest {

  private final MockProducer<String, byte[]> producer =
      new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer());
  private final BusWriter writer = new BusWriter(producer);
  private final AtomicInteger written = new AtomicInteger();
  private final List<Exception> refusals = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    writer.close();
  }

  private static ProducerRecord<String, byte[]> record(String value) {
    return new ProducerRecord<>("fob.dead", "id", value.getBytes(UTF_8));
  }

  private void write(String value) {
    writer.write(record(value), this::smaller, written::incrementAndGet);
  }

  private ProducerRecord<String, byte[]> smaller(
      ProducerRecord<String, byte[]> refused, Exception failure) {
    refusals.add(failure);
    return failure instanceof RecordTooLargeException ? record("small") : refused;
  }

  private void awaitSent(int count) {
    await()
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> producer.history().size() == count);
  }

  private List<String> sent() {
    return producer.history().stream().map(one -> new String(one.value(), UTF_8)).toList();
  }

  @Test
  void aRecordCountsAsWrittenOnceKafkaAcknowledgesIt() {
    // Given
    write("large");
    assertThat(written).hasValue(0);

    // When
    producer.completeNext();

    // Then
    assertThat(written).hasValue(1);
    assertThat(refusals).isEmpty();
  }

  @Test
  void aRecordThatWasNotWrittenIsTriedAgain() {
    // Given
    write("large");

    // When
    producer.errorNext(new TimeoutException("the broker is away"));
    awaitSent(2);
    producer.errorNext(new TimeoutException("the broker is away"));
    awaitSent(3);
    producer.completeNext();

    // Then
    assertThat(sent()).containsExactly("large", "large", "large");
    assertThat(written).hasValue(1);
  }

  @Test
  void aRecordThatKafkaRefusesIsReplaced() {
    // Given
    write("large");

    // When
    producer.errorNext(new RecordTooLargeException("over max.request.size"));
    awaitSent(2);
    producer.completeNext();

    // Then
    assertThat(sent()).containsExactly("large", "small");
    assertThat(written).hasValue(1);
  }

  @Test
  void aRecordThatCannotBeSentIsReplacedAndTriedAgain() {
    // Given
    producer.sendException = new RecordTooLargeException("before it was sent");

    // When
    Thread caller = Thread.ofVirtual().start(() -> write("large"));
    await().atMost(Duration.ofSeconds(5)).until(() -> refusals.size() == 1);
    producer.sendException = null;

    // Then
    await().atMost(Duration.ofSeconds(5)).until(() -> !producer.history().isEmpty());
    assertThat(sent()).containsExactly("small");
    producer.completeNext();
    await().until(() -> written.get() == 1);
    assertThat(caller.isInterrupted()).isFalse();
  }

  @Test
  void aClosedWriterDoesNotTryAgain() {
    // Given
    write("large");
    writer.close();

    // When
    producer.errorNext(new TimeoutException("too late"));

    // Then
    assertThat(producer.history()).hasSize(1);
    assertThat(written).hasValue(0);
  }
}
