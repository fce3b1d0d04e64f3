package fob.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.call.Failure;
import fob.call.Reply;
import fob.call.Response;
import fob.call.Timing;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplyPublisherTest {

  private final MockProducer<String, byte[]> producer =
      new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer());
  private final BusWriter writer = new BusWriter(producer);
  private final Set<String> existing = Set.of("my.replies");
  private final ReplyPublisher publisher =
      new ReplyPublisher(writer, new ReplyTopics(existing::contains));
  private final AtomicInteger written = new AtomicInteger();

  @AfterEach
  void close() {
    writer.close();
  }

  private void publish(String replyTo) {
    Response response =
        new Response(
            Fixtures.REQUEST,
            "add",
            1,
            Timing.NONE,
            new Reply.Answered("{\"result\":1}".getBytes(UTF_8)));
    publisher.publish(replyTo, response, written::incrementAndGet);
  }

  private void awaitSent(int count) {
    await()
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> producer.history().size() == count);
  }

  @Test
  void aReplyCountsAsWrittenOnceKafkaAcknowledgesIt() {
    // Given
    publish("my.replies");
    assertThat(written).hasValue(0);

    // When
    producer.completeNext();

    // Then
    assertThat(written).hasValue(1);
    assertThat(producer.history()).extracting(ProducerRecord::topic).containsExactly("my.replies");
  }

  @Test
  void aReplyToAMissingTopicIsWrittenToFobResponse() {
    // When
    publish("no.such.topic");

    // Then
    assertThat(producer.history())
        .extracting(ProducerRecord::topic)
        .containsExactly("fob.response");
  }

  @Test
  void aReplyThatTheCallersTopicRefusesIsWrittenToFobResponse() {
    // Given
    publish("my.replies");

    // When
    producer.errorNext(new RecordTooLargeException("over max.message.bytes of that topic"));

    // Then
    awaitSent(2);
    assertThat(written).hasValue(0);
    producer.completeNext();
    assertThat(written).hasValue(1);
    assertThat(producer.history().getLast().topic()).isEqualTo("fob.response");
    assertThat(producer.history().getLast().key()).isEqualTo("request-1");
    assertThat(producer.history().getLast().value()).asString().isEqualTo("{\"result\":1}");
    publish("my.replies");
    assertThat(producer.history().getLast().topic()).isEqualTo("fob.response");
  }

  @Test
  void aSendThatFailsAtOnceIsTriedAgain() {
    // Given
    producer.sendException = new TimeoutException("no metadata");
    Thread caller = Thread.ofVirtual().start(() -> publish("fob.response"));

    // When
    producer.sendException = null;

    // Then
    awaitSent(1);
    producer.completeNext();
    await().until(() -> written.get() == 1);
    assertThat(caller.isInterrupted()).isFalse();
  }

  @Test
  void aReplyThatIsTooLargeForKafkaIsReplacedByAFailure() {
    // Given
    publish("fob.response");

    // When
    producer.errorNext(new RecordTooLargeException("over max.request.size"));

    // Then
    awaitSent(2);
    ProducerRecord<String, byte[]> second = producer.history().getLast();
    assertThat(new String(second.headers().lastHeader("fob-status").value(), UTF_8))
        .isEqualTo(Failure.TOO_LARGE.label());
  }

  @Test
  void aClosedPublisherDoesNotTryAgain() {
    // Given
    publish("fob.response");
    writer.close();

    // When
    producer.errorNext(new TimeoutException("too late"));

    // Then
    assertThat(producer.closed()).isTrue();
    assertThat(producer.history()).hasSize(1);
    assertThat(written).hasValue(0);
  }
}
