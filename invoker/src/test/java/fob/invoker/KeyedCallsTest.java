package fob.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.bus.loop.Delivery;
import fob.bus.wire.KeyAnswerWire;
import fob.bus.wire.KeyClaimWire;
import fob.call.Call;
import fob.call.CallHeaders;
import fob.call.CallKey;
import fob.call.Failure;
import fob.call.KeyAnswer;
import fob.call.Reply;
import fob.call.RequestId;
import fob.service.Sha256;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class KeyedCallsTest {

  private static final UUID ID = UUID.randomUUID();
  private static final CallKey KEY =
      new CallKey(Sha256.of("k".getBytes(UTF_8)), new RequestId("answer"));
  private static final Call PLAIN =
      new Call(new RequestId(ID.toString()), "add", Instant.EPOCH, CallHeaders.NONE, new byte[0]);
  private static final Call KEYED = PLAIN.withKey(KEY);
  private static final ConsumerRecord<String, byte[]> RECORD =
      new ConsumerRecord<>("fob.call", 5, 7, "add", new byte[0]);

  private final MockProducer<String, byte[]> producer =
      new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer());
  private final AtomicInteger done = new AtomicInteger();
  private final List<Reply.Failed> replied = new ArrayList<>();
  private boolean hasMoved;
  private Optional<KeyAnswer> decided = Optional.of(new KeyAnswer.First());
  private final KeyedCalls keyed = new KeyedCalls((_, _, _) -> decided, new BusWriter(producer));

  private boolean mayBegin(Call call, CallKind kind) throws InterruptedException {
    return keyed.mayBegin(RECORD, call, kind, new Counted(), this::reply);
  }

  private final class Counted implements Delivery {
    @Override
    public void done() {
      done.incrementAndGet();
    }

    @Override
    public boolean begin() {
      return !hasMoved;
    }
  }

  private void reply(Reply.Failed why, Runnable then) {
    replied.add(why);
    then.run();
  }

  /** Lets Kafka acknowledge the next record. */
  private ProducerRecord<String, byte[]> acknowledge() {
    int before = producer.history().size();
    await().atMost(Duration.ofSeconds(5)).until(producer::completeNext);
    return producer.history().get(before - 1);
  }

  @Test
  void aCallWithoutAKeyIsDoneAtOnce() throws Exception {
    assertThat(mayBegin(PLAIN, CallKind.SYNC)).isTrue();
    keyed.end(RECORD, PLAIN, done::incrementAndGet);
    assertThat(done).hasValue(1);
    assertThat(producer.history()).isEmpty();
  }

  @Test
  void aCallWithAKeyIsDoneOnceItsEndIsNoted() throws Exception {
    // Given
    assertThat(mayBegin(KEYED, CallKind.SYNC)).isTrue();

    // When
    keyed.end(RECORD, KEYED, done::incrementAndGet);
    await().atMost(Duration.ofSeconds(5)).until(() -> !producer.history().isEmpty());

    // Then
    assertThat(done).hasValue(0);
    assertThat(acknowledge())
        .usingRecursiveComparison()
        .isEqualTo(KeyClaimWire.encodeEnded(5, KEY.hash(), ID));
    assertThat(done).hasValue(1);
  }

  @Test
  void aRepeatDoesNotBeginAndIsDoneOnceItIsAnswered() throws Exception {
    // Given
    decided = Optional.of(new KeyAnswer.Repeat(KEYED.id(), true));

    // When
    assertThat(mayBegin(KEYED, CallKind.ASYNC)).isFalse();

    // Then
    assertThat(done).hasValue(0);
    assertThat(acknowledge())
        .usingRecursiveComparison()
        .isEqualTo(KeyAnswerWire.encode(KEY.answer(), decided.get()));
    assertThat(done).hasValue(1);
  }

  @Test
  void aSynchronousCallThatIsRefusedHasAReplyOfItsOwn() throws Exception {
    // Given
    Reply.Failed why = Reply.failed(Failure.OVERLOADED, "too many keys");
    decided = Optional.of(new KeyAnswer.Refused(why));

    // When
    assertThat(mayBegin(KEYED, CallKind.SYNC)).isFalse();

    // Then
    assertThat(replied).containsExactly(why);
    await().atMost(Duration.ofSeconds(5)).until(() -> !producer.history().isEmpty());
    assertThat(done).hasValue(0);
    assertThat(acknowledge())
        .usingRecursiveComparison()
        .isEqualTo(KeyAnswerWire.encode(KEY.answer(), decided.get()));
    assertThat(done).hasValue(1);
  }

  @Test
  void aCallThatAnotherInvokerHasTakenOverIsNotRefused() throws Exception {
    // Given
    decided = Optional.of(new KeyAnswer.Refused(Reply.failed(Failure.EXPIRED, "too late")));
    hasMoved = true;

    // Then
    for (CallKind kind : CallKind.values()) {
      assertThat(mayBegin(KEYED, kind)).isFalse();
    }
    assertThat(done).hasValue(2);
    assertThat(replied).isEmpty();
    assertThat(producer.history()).isEmpty();
  }

  @Test
  void anAsynchronousCallThatIsRefusedWasNotAcceptedAndHasNoReply() throws Exception {
    // Given
    decided = Optional.of(new KeyAnswer.Refused(Reply.failed(Failure.OVERLOADED, "too many")));

    // When
    assertThat(mayBegin(KEYED, CallKind.ASYNC)).isFalse();

    // Then
    acknowledge();
    assertThat(done).hasValue(1);
    assertThat(replied).isEmpty();
  }

  @Test
  void anAsynchronousCallIsAcceptedBeforeItsGatewayHearsIt() throws Exception {
    // When
    assertThat(mayBegin(KEYED, CallKind.ASYNC)).isTrue();

    // Then
    assertThat(producer.history()).hasSize(1);
    assertThat(acknowledge().topic()).isEqualTo("fob.progress");
    await().atMost(Duration.ofSeconds(5)).until(() -> producer.history().size() == 2);
    assertThat(producer.history().getLast())
        .usingRecursiveComparison()
        .isEqualTo(KeyAnswerWire.encode(KEY.answer(), new KeyAnswer.First()));
    assertThat(done).hasValue(0);
  }

  @Test
  void aCallWhosePartitionHasMovedIsNotAnswered() throws Exception {
    // Given
    decided = Optional.empty();

    // Then
    assertThat(mayBegin(KEYED, CallKind.SYNC)).isFalse();
    assertThat(done).hasValue(1);
    assertThat(producer.history()).isEmpty();
  }
}
