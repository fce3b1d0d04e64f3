package fob.bus.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fob.bus.TestConsumer;
import fob.call.AsyncCall;
import fob.call.Attempt;
import fob.call.Call;
import fob.call.Failure;
import fob.call.Reply;
import fob.call.RequestId;
import fob.function.FunctionId;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class MovedCallWireTest {

  private static final long SENT = 1_767_225_600_000L;
  private static final FunctionId ID =
      FunctionId.parse("0198c0de-0000-7000-8000-000000000001").orElseThrow();
  private static final FunctionId OTHER =
      FunctionId.parse("0198c0de-0000-7000-8000-000000000002").orElseThrow();

  /** As a foreign producer writes it, with a header of its own. */
  private static ConsumerRecord<String, byte[]> original() {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>("fob.async", "resize", "{\"width\":1}".getBytes(UTF_8));
    record
        .headers()
        .add("fob-request-id", "order-17".getBytes(UTF_8))
        .add("fob-reply-to", "my.replies".getBytes(UTF_8))
        .add("tenant", "blue".getBytes(UTF_8));
    return Golden.received(record, SENT);
  }

  private static ProducerRecord<String, byte[]> moved() {
    return MovedCallWire.encode(original(), ID, 5);
  }

  private static ConsumerRecord<String, byte[]> received() {
    return Golden.received(moved(), SENT + 700);
  }

  @Test
  void goldenMovedCall() {
    Golden.assertSame("call-moved", moved());
    assertThat(moved().partition()).isEqualTo(5);
  }

  @Test
  void itIsTheSameCallOfTheSameTime() {
    Call call = CallWire.decode(received());

    assertThat(call.id().value()).isEqualTo("order-17");
    assertThat(call.function()).isEqualTo("resize");
    assertThat(call.sent()).isEqualTo(Instant.ofEpochMilli(SENT));
    assertThat(call.headers().replyTo()).isEqualTo("my.replies");
    assertThat(AsyncCallWire.decode(received()).accepted()).isEqualTo(Instant.ofEpochMilli(SENT));
  }

  @Test
  void aRecordWithoutAnIdKeepsTheOneOfItsFirstPlace() {
    ConsumerRecord<String, byte[]> first =
        TestConsumer.record(new TopicPartition("fob.call", 3), 42, "resize", new byte[0]);

    ConsumerRecord<String, byte[]> second =
        Golden.received(MovedCallWire.encode(first, ID, 5), SENT);

    assertThat(CallWire.decode(second).id().value()).isEqualTo("fob.call-3-42");
  }

  @Test
  void itSaysToWhichFunctionItWasMoved() {
    assertThat(MovedCallWire.isMovedTo(received(), ID)).isTrue();
    assertThat(MovedCallWire.isMovedTo(received(), OTHER)).isFalse();
    assertThat(MovedCallWire.isMovedTo(original(), ID)).isFalse();
  }

  @Test
  void aRetryKeepsItsPlaceAndMayBeMovedAgain() {
    AsyncCall failed =
        AsyncCallWire.decode(received())
            .after(new Attempt(1, Instant.ofEpochMilli(SENT), Failure.TIMEOUT, "too long"));

    ProducerRecord<String, byte[]> again =
        AsyncCallWire.again("fob.retry.1s", received(), failed, Instant.ofEpochMilli(SENT + 1_000));

    assertThat(again.key()).isEqualTo(ID.toString());
    assertThat(again.headers().lastHeader(MovedCallWire.MOVED)).isNull();
    assertThat(AsyncCallWire.decode(Golden.received(again, SENT + 900)).call().function())
        .isEqualTo("resize");
  }

  @Test
  void aCallThatIsMadeFromADeadLetterWasNotMoved() {
    ConsumerRecord<String, byte[]> letter =
        Golden.received(
            DeadLetterWire.encode(
                received(),
                AsyncCallWire.decode(received()),
                Reply.failed(Failure.TIMEOUT, "too long")),
            SENT + 900);

    ProducerRecord<String, byte[]> redriven =
        DeadLetterWire.redriven(letter, new RequestId("order-18"));

    assertThat(redriven.headers().lastHeader(MovedCallWire.MOVED)).isNull();
    assertThat(redriven.key()).isEqualTo("resize");
  }
}
