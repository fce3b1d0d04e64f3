package fob.gateway.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import fob.bus.wire.PartChoice;
import fob.call.Call;
import fob.call.CallHeaders;
import fob.call.RequestId;
import fob.call.RequestIds;
import fob.gateway.http.Problem;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class AsyncPublisherTest {

  /** No function is known, so each call has the partition of its key. */
  private static final PartChoice CHOICE =
      new PartChoice(_ -> Optional.empty(), _ -> 1, Random::new);

  private static final Instant MADE = Instant.parse("2026-01-31T12:00:00Z");
  private static final RequestId ID = new RequestIds(() -> MADE, Random::new, _ -> true).next();

  private final MockProducer<String, byte[]> producer =
      new MockProducer<>(
          true, new RoundRobinPartitioner(), new StringSerializer(), new ByteArraySerializer());
  private Instant now = MADE;
  private final AsyncPublisher publisher =
      new AsyncPublisher(new ConfirmedPublisher(producer, Optional::empty), CHOICE, () -> now);

  private static Call call() {
    return new Call(ID, "add", MADE, CallHeaders.NONE, new byte[0]);
  }

  @Test
  void acceptedCallHasARecordOfItsProgress() {
    // When
    publisher.accept(call());

    // Then
    assertThat(producer.history())
        .extracting(ProducerRecord::topic)
        .containsExactlyInAnyOrder("fob.async", "fob.progress");
  }

  @Test
  void callWhoseRecordIsFarFromTheTimeInItsIdIsNotCalledAccepted() {
    // Given
    now = MADE.plus(AsyncPublisher.ACCEPTED_WITHIN);

    // When, then
    assertThatExceptionOfType(Problem.class)
        .isThrownBy(() -> publisher.accept(call()))
        .withMessageContaining("it may run");
  }
}
