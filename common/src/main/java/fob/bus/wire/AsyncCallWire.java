package fob.bus.wire;

import static fob.bus.wire.TextHeaders.replace;

import fob.call.AsyncCall;
import fob.call.Attempt;
import fob.call.Call;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Converts asynchronous calls to records of {@code fob.async} and of the delay tiers, and back. A
 * call that is written again keeps its payload and every header of its producer. This is a public
 * contract like {@link CallWire}.
 */
public final class AsyncCallWire {

  /** The time when the call was accepted, in epoch ms. Absent: the record's timestamp. */
  public static final String ACCEPTED = "fob-accepted";

  /** The time when a call in a delay tier goes back to {@code fob.async}, in epoch ms. */
  public static final String DUE = "fob-due";

  /** The failed attempts, as JSON. */
  public static final String HISTORY = "fob-history";

  /** How many attempts ended as unreachable. Absent: as many as the history has. */
  public static final String UNREACHABLE = "fob-unreachable";

  private AsyncCallWire() {}

  /** The record of a new call. */
  public static ProducerRecord<String, byte[]> encode(Call call) {
    return CallWire.encode(Topics.ASYNC, call);
  }

  /** Reads a call. Absent and unreadable headers get default values, as in {@link CallWire}. */
  public static AsyncCall decode(ConsumerRecord<String, byte[]> record) {
    Call call = CallWire.decode(record);
    return new AsyncCall(
        call,
        // A call is accepted before it is written: a later time would postpone the call's end.
        TextHeaders.instant(record.headers(), ACCEPTED)
            .filter(accepted -> accepted.isBefore(call.sent()))
            .orElse(call.sent()),
        history(record.headers()),
        TextHeaders.number(record.headers(), UNREACHABLE)
            .filter(count -> count >= 0 && count <= call.headers().attempt())
            .map(Long::intValue)
            .orElse(0));
  }

  /**
   * The record of a call that is to be tried again.
   *
   * @param topic a delay tier, or {@code fob.async}
   * @param due when the call is to go back to {@code fob.async}
   */
  public static ProducerRecord<String, byte[]> again(
      String topic, ConsumerRecord<String, byte[]> original, AsyncCall call, Instant due) {
    Headers headers = headersOf(original, call);
    replace(headers, DUE, Long.toString(due.toEpochMilli()));
    // A record that was moved has the key of its partition.
    boolean wasMoved = original.headers().lastHeader(MovedCallWire.MOVED) != null;
    String key = wasMoved ? original.key() : call.call().function();
    return new ProducerRecord<>(topic, null, key, original.value(), headers);
  }

  /** When a call in a delay tier goes back to {@code fob.async}; at once if it does not say. */
  public static Instant due(ConsumerRecord<String, byte[]> record) {
    return TextHeaders.instant(record.headers(), DUE)
        .orElse(Instant.ofEpochMilli(record.timestamp()));
  }

  /** The record of a delay tier as it is written to the next topic: unchanged. */
  public static ProducerRecord<String, byte[]> moved(
      String topic, ConsumerRecord<String, byte[]> record) {
    return new ProducerRecord<>(topic, null, record.key(), record.value(), record.headers());
  }

  /**
   * The same record with only the headers that fob cannot do without, for when it is too large. The
   * headers of its trace are dropped too.
   */
  public static ProducerRecord<String, byte[]> withoutForeignHeaders(
      ProducerRecord<String, byte[]> record) {
    Headers known = new RecordHeaders();
    for (Header header : record.headers()) {
      if (header.key().startsWith("fob-") || header.key().equals(CallWire.CONTENT_TYPE)) {
        known.add(header);
      }
    }
    return new ProducerRecord<>(
        record.topic(), record.partition(), record.key(), record.value(), known);
  }

  /**
   * The headers of the original record, with the state of the call brought up to date. Its key is
   * left out, since it was decided before the first attempt that the call may run.
   */
  static Headers headersOf(ConsumerRecord<String, byte[]> original, AsyncCall call) {
    Headers headers = new RecordHeaders(original.headers());
    replace(headers, CallWire.REQUEST_ID, call.call().id().value());
    replace(headers, CallWire.ATTEMPT, Integer.toString(call.call().headers().attempt()));
    replace(headers, ACCEPTED, Long.toString(call.accepted().toEpochMilli()));
    headers.remove(HISTORY);
    headers.remove(UNREACHABLE);
    headers.remove(MovedCallWire.MOVED);
    headers.remove(CallWire.KEY);
    headers.remove(CallWire.KEY_ANSWER);
    if (!call.isUnreachableInHistory()) {
      TextHeaders.add(headers, UNREACHABLE, Integer.toString(call.unreachable()));
    }
    if (!call.history().isEmpty()) {
      TextHeaders.add(headers, HISTORY, AttemptsJson.write(call.history()).toString());
    }
    return headers;
  }

  private static List<Attempt> history(Headers headers) {
    return Optional.ofNullable(headers.lastHeader(HISTORY))
        .map(Header::value)
        .flatMap(AsyncCallWire::attempts)
        .orElse(List.of());
  }

  private static Optional<List<Attempt>> attempts(byte[] json) {
    try {
      return Optional.of(AttemptsJson.read(Json.parse(json)));
    } catch (IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }
}
