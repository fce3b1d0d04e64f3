package fob.bus.wire;

import static fob.bus.wire.TextHeaders.add;
import static fob.bus.wire.TextHeaders.read;

import fob.call.Call;
import fob.call.CallHeaders;
import fob.call.CallKey;
import fob.call.RequestId;
import fob.call.RequestIds;
import fob.service.Text;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * Converts calls to records of {@code fob.call} and {@code fob.async} and back. The record's value
 * is the user's payload, unchanged. What fob needs is in headers, and a foreign producer may leave
 * each of them out. This is a public contract: its golden files may only grow.
 */
public final class CallWire {

  public static final String REQUEST_ID = "fob-request-id";
  public static final String FUNCTION = "fob-function";
  public static final String DEADLINE = "fob-deadline";
  public static final String ATTEMPT = "fob-attempt";
  public static final String REPLY_TO = "fob-reply-to";
  public static final String CONTENT_TYPE = "content-type";
  public static final String LOG_BYTES = "fob-log-bytes";

  /**
   * The hash of the call's idempotency key. It counts only together with {@link #KEY_ANSWER}, and
   * if the request id is a UUID.
   */
  public static final String KEY = "fob-key";

  /** The id under which the owner of the partition answers whether the call is the first. */
  public static final String KEY_ANSWER = "fob-key-answer";

  /** Which of fob's services wrote the call; Kafka clients leave it out. */
  public static final String VIA = "fob-via";

  private static final String GATEWAY = "gateway";
  private static final int LONGEST_FUNCTION = 200;
  private static final int LONGEST_HTTP_HEADER = 1_000;

  private static final Pattern TOPIC = Pattern.compile("(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}");
  private static final byte[] NO_PAYLOAD = {};

  private CallWire() {}

  /** Writes a call of a gateway. */
  public static ProducerRecord<String, byte[]> encode(Topic topic, Call call) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(topic.name(), call.function(), call.payload());
    Headers headers = record.headers();
    CallHeaders of = call.headers();
    add(headers, REQUEST_ID, call.id().value());
    if (of.deadline() != null) {
      add(headers, DEADLINE, Long.toString(of.deadline().toEpochMilli()));
    }
    if (of.attempt() != 1) {
      add(headers, ATTEMPT, Integer.toString(of.attempt()));
    }
    if (of.replyTo() != null) {
      add(headers, REPLY_TO, of.replyTo());
    }
    add(headers, CONTENT_TYPE, of.contentType());
    TextHeaders.add(headers, of.trace());
    if (of.logBytes() != 0) {
      add(headers, LOG_BYTES, Integer.toString(of.logBytes()));
    }
    if (of.key() != null) {
      add(headers, KEY, of.key().hash());
      add(headers, KEY_ANSWER, of.key().answer().value());
    }
    add(headers, VIA, GATEWAY);
    return record;
  }

  /** Returns whether a gateway wrote the call, or the call that this one repeats. */
  public static boolean isFromGateway(ConsumerRecord<String, byte[]> record) {
    return read(record.headers(), VIA).filter(GATEWAY::equals).isPresent();
  }

  /**
   * Reads a call. An absent header gets its default value. So does an unreadable header, since a
   * record cannot be sent back to its producer.
   */
  public static Call decode(ConsumerRecord<String, byte[]> record) {
    Headers headers = record.headers();
    return new Call(
        requestId(record),
        function(record),
        sent(record),
        new CallHeaders(
            TextHeaders.instant(headers, DEADLINE).orElse(null),
            TextHeaders.attempt(headers),
            read(headers, REPLY_TO).filter(CallWire::mayTakeReplies).orElse(null),
            read(headers, CONTENT_TYPE).filter(CallWire::fitsHttpHeader).orElse(Call.JSON),
            TextHeaders.trace(headers),
            logBytes(headers),
            key(record).orElse(null)),
        record.value() == null ? NO_PAYLOAD : record.value());
  }

  /** Reads the request id; a record without one gets an id made from its place in the topic. */
  static RequestId requestId(ConsumerRecord<String, byte[]> record) {
    return read(record.headers(), REQUEST_ID)
        .filter(RequestId::isValid)
        .map(RequestId::new)
        .orElseGet(
            () -> new RequestId(record.topic() + "-" + record.partition() + "-" + record.offset()));
  }

  /**
   * Reads the id or name of the function. No function has a longer one than 200 characters. The
   * rest is cut off, so that a reply that quotes it fits into a record.
   */
  static String function(ConsumerRecord<String, byte[]> record) {
    return read(record.headers(), FUNCTION)
        .or(() -> Optional.ofNullable(record.key()))
        .map(text -> Text.cut(text, LONGEST_FUNCTION))
        .orElse("");
  }

  /** A key counts only for a call whose request id is a UUID, as those of gateways are. */
  private static Optional<CallKey> key(ConsumerRecord<String, byte[]> record) {
    Headers headers = record.headers();
    return read(headers, KEY)
        .filter(hash -> CallKey.isHash(hash) && RequestIds.uuid(requestId(record)).isPresent())
        .flatMap(hash ->
            read(headers, KEY_ANSWER)
                .filter(RequestId::isValid)
                .map(answer -> new CallKey(hash, new RequestId(answer))));
  }

  private static int logBytes(Headers headers) {
    return TextHeaders.number(headers, LOG_BYTES)
        .map(bytes -> (int) Math.clamp(bytes, 0L, CallHeaders.MOST_LOG_BYTES))
        .orElse(0);
  }

  /**
   * The time of the record, brought into the years 1970 to 9999; of a record that was moved, the
   * time of the first one.
   */
  private static Instant sent(ConsumerRecord<String, byte[]> record) {
    Instant written =
        Instant.ofEpochMilli(Math.clamp(record.timestamp(), 0, TextHeaders.LAST_MILLISECOND));
    return read(record.headers(), MovedCallWire.MOVED)
        .flatMap(_ -> TextHeaders.instant(record.headers(), AsyncCallWire.ACCEPTED))
        .filter(accepted -> accepted.isBefore(written))
        .orElse(written);
  }

  /** Whether the text is a topic's name. fob's own topics are not allowed as reply topics. */
  private static boolean mayTakeReplies(String topic) {
    return TOPIC.matcher(topic).matches() && !topic.startsWith("fob.");
  }

  /** Whether the invoker can send the text to the function's driver as an HTTP header. */
  private static boolean fitsHttpHeader(String text) {
    return text.length() <= LONGEST_HTTP_HEADER && text.chars().allMatch(c -> c >= ' ' && c <= '~');
  }
}
