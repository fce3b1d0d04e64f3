package fob.bus.wire;

import static fob.bus.wire.TextHeaders.replace;

import fob.call.AsyncCall;
import fob.call.Attempt;
import fob.call.Call;
import fob.call.DeadLetter;
import fob.call.Failure;
import fob.call.Reply;
import fob.call.RequestId;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Converts calls that fob gave up to records of {@code fob.dead}, and back. A dead letter keeps the
 * payload and every header of the call. This is a public contract like {@link CallWire}.
 */
public final class DeadLetterWire {

  /** The reason of a dead letter, for people. */
  public static final String MESSAGE = "fob-message";

  /** The request id of the dead letter that a call was made from. */
  public static final String REDRIVEN_FROM = "fob-redriven-from";

  /** Headers that a call made from a dead letter does not take over. */
  private static final List<String> NOT_REDRIVEN =
      List.of(
          ResponseWire.STATUS,
          MESSAGE,
          AsyncCallWire.DUE,
          AsyncCallWire.ACCEPTED,
          AsyncCallWire.HISTORY,
          AsyncCallWire.UNREACHABLE,
          CallWire.ATTEMPT,
          CallWire.DEADLINE);

  private DeadLetterWire() {}

  /** The dead letter of a call, in the partition that the call's record was in. */
  public static ProducerRecord<String, byte[]> encode(
      ConsumerRecord<String, byte[]> original, AsyncCall call, Reply.Failed why) {
    Headers headers = AsyncCallWire.headersOf(original, call);
    replace(headers, CallWire.FUNCTION, call.call().function());
    replace(headers, ResponseWire.STATUS, why.failure().label());
    replace(headers, MESSAGE, Attempt.brief(why.message()));
    return new ProducerRecord<>(
        Topics.DEAD.name(),
        original.partition(),
        call.call().id().value(),
        original.value(),
        headers);
  }

  /**
   * @throws IllegalArgumentException if the record is not a dead letter
   */
  public static DeadLetter decode(ConsumerRecord<String, byte[]> record) {
    AsyncCall call = AsyncCallWire.decode(record);
    return new DeadLetter(
        call.call().id(),
        call.call().function(),
        call.accepted(),
        Instant.ofEpochMilli(record.timestamp()),
        failure(record),
        TextHeaders.read(record.headers(), MESSAGE).orElse(""),
        call.history(),
        call.call().payload().length);
  }

  /**
   * Reads why the call was given up, and nothing else.
   *
   * @throws IllegalArgumentException if the record is not a dead letter
   */
  public static Failure failure(ConsumerRecord<String, byte[]> record) {
    String status = TextHeaders.read(record.headers(), ResponseWire.STATUS).orElse("");
    return Failure.ofLabel(status)
        .orElseThrow(() -> new IllegalArgumentException("unknown status " + status));
  }

  /** Reads the id or name by which the call named the function, and nothing else. */
  public static String function(ConsumerRecord<String, byte[]> record) {
    return CallWire.function(record);
  }

  /** The record of a new call with the payload of a dead letter, and with no attempt behind it. */
  public static ProducerRecord<String, byte[]> redriven(
      ConsumerRecord<String, byte[]> letter, RequestId id) {
    Call call = CallWire.decode(letter);
    Headers headers = new RecordHeaders(letter.headers());
    NOT_REDRIVEN.forEach(headers::remove);
    replace(headers, CallWire.REQUEST_ID, id.value());
    replace(headers, REDRIVEN_FROM, call.id().value());
    return new ProducerRecord<>(
        Topics.ASYNC.name(), null, call.function(), letter.value(), headers);
  }

  /** The record that deletes a dead letter in a partition. */
  public static ProducerRecord<String, byte[]> delete(int partition, RequestId id) {
    return new ProducerRecord<>(Topics.DEAD.name(), partition, id.value(), null);
  }
}
