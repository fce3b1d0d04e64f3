package fob.bus;

import static fob.bus.TextHeaders.read;
import static fob.bus.TextHeaders.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.call.Call;
import fob.call.Failure;
import fob.call.Reply;
import fob.call.RequestId;
import fob.call.Response;
import fob.call.Timing;
import fob.service.Text;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * Calls and responses on the bus. The value of a record is the user's payload as it is; what fob
 * needs travels in headers, each optional for a foreign producer. This is a public contract: its
 * golden files may only grow.
 */
public final class Wire {

  public static final String REQUEST_ID = "fob-request-id";
  public static final String FUNCTION = "fob-function";
  public static final String DEADLINE = "fob-deadline";
  public static final String ATTEMPT = "fob-attempt";
  public static final String REPLY_TO = "fob-reply-to";
  public static final String STATUS = "fob-status";
  public static final String TIMING = "fob-timing";
  public static final String CONTENT_TYPE = "content-type";
  public static final String TRACEPARENT = "traceparent";

  /** Of the year 9999: what lies beyond overflows arithmetic with durations. */
  private static final long LAST_MILLISECOND = 253_402_300_799_999L;

  private static final int LONGEST_FUNCTION = 200;
  private static final int LONGEST_HTTP_HEADER = 1_000;

  private static final Pattern TOPIC = Pattern.compile("(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}");

  private static final String OK = "ok";
  private static final byte[] NO_PAYLOAD = {};

  private Wire() {}

  public static ProducerRecord<String, byte[]> encode(Topic topic, Call call) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(topic.name(), call.function(), call.payload());
    Headers headers = record.headers();
    write(headers, REQUEST_ID, call.id().value());
    if (call.deadline() != null) {
      write(headers, DEADLINE, Long.toString(call.deadline().toEpochMilli()));
    }
    if (call.attempt() != 1) {
      write(headers, ATTEMPT, Integer.toString(call.attempt()));
    }
    if (!call.replyTo().equals(Topics.RESPONSE.name())) {
      write(headers, REPLY_TO, call.replyTo());
    }
    write(headers, CONTENT_TYPE, call.contentType());
    if (call.traceparent() != null) {
      write(headers, TRACEPARENT, call.traceparent());
    }
    return record;
  }

  /**
   * Reads a call. What is absent is derived; what cannot be read counts as absent, since a record
   * on the bus cannot be sent back to its producer.
   */
  public static Call decodeCall(ConsumerRecord<String, byte[]> record) {
    Headers headers = record.headers();
    return new Call(
        requestId(record),
        read(headers, FUNCTION)
            .or(() -> Optional.ofNullable(record.key()))
            .map(Wire::brief)
            .orElse(""),
        instant(headers, DEADLINE).orElse(null),
        sent(record),
        attempt(headers),
        read(headers, REPLY_TO).filter(Wire::mayBeRepliedTo).orElse(Topics.RESPONSE.name()),
        read(headers, CONTENT_TYPE).filter(Wire::fitsHttpHeader).orElse(Call.JSON),
        read(headers, TRACEPARENT).filter(Wire::fitsHttpHeader).orElse(null),
        record.value() == null ? NO_PAYLOAD : record.value());
  }

  /** A producer's clock may say anything: what lies beyond would overflow arithmetic. */
  private static Instant sent(ConsumerRecord<String, byte[]> record) {
    return Instant.ofEpochMilli(Math.clamp(record.timestamp(), 0, LAST_MILLISECOND));
  }

  /** No function is called so; what is written of the call must fit beside its payload. */
  private static String brief(String function) {
    return Text.cut(function, LONGEST_FUNCTION);
  }

  /** A topic's name, and none of fob's own, where a reply would be taken for something else. */
  private static boolean mayBeRepliedTo(String topic) {
    return TOPIC.matcher(topic).matches() && !topic.startsWith("fob.");
  }

  /** The function's driver gets it as one. */
  private static boolean fitsHttpHeader(String text) {
    return text.length() <= LONGEST_HTTP_HEADER && text.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  private static RequestId requestId(ConsumerRecord<String, byte[]> record) {
    return read(record.headers(), REQUEST_ID)
        .filter(RequestId::isValid)
        .map(RequestId::new)
        .orElseGet(
            () -> new RequestId(record.topic() + "-" + record.partition() + "-" + record.offset()));
  }

  public static ProducerRecord<String, byte[]> encode(String replyTo, Response response) {
    byte[] value =
        switch (response.reply()) {
          case Reply.Answered(byte[] body) -> body;
          case Reply.Failed failed -> Json.bytes(json(failed));
        };
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(replyTo, response.id().value(), value);
    Headers headers = record.headers();
    write(headers, REQUEST_ID, response.id().value());
    write(headers, FUNCTION, response.function());
    write(
        headers,
        STATUS,
        switch (response.reply()) {
          case Reply.Answered _ -> OK;
          case Reply.Failed failed -> failed.failure().label();
        });
    write(headers, ATTEMPT, Integer.toString(response.attempt()));
    Timing timing = response.timing();
    write(
        headers,
        TIMING,
        // On every call's path, where formatted() would cost more than all the rest of this method.
        "queue="
            + micros(timing.queue())
            + ",wait="
            + micros(timing.await())
            + ",run="
            + micros(timing.run()));
    write(headers, CONTENT_TYPE, Call.JSON);
    return record;
  }

  /**
   * @throws IllegalArgumentException if the record is not a response
   */
  public static Response decodeResponse(ConsumerRecord<String, byte[]> record) {
    Headers headers = record.headers();
    String status =
        read(headers, STATUS)
            .orElseThrow(() -> new IllegalArgumentException("no " + STATUS + " header"));
    if (record.value() == null) {
      throw new IllegalArgumentException("no value");
    }
    return new Response(
        requestId(record),
        read(headers, FUNCTION).orElse(""),
        attempt(headers),
        read(headers, TIMING).map(Wire::timing).orElse(Timing.NONE),
        status.equals(OK) ? new Reply.Answered(record.value()) : failed(status, record.value()));
  }

  private static ObjectNode json(Reply.Failed failed) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("component", failed.failure().component());
    json.put("reason", failed.failure().label());
    json.put("message", failed.message());
    if (failed.error() != null) {
      json.set("error", failed.error());
    }
    return json;
  }

  private static Reply.Failed failed(String status, byte[] value) {
    Failure failure =
        Failure.ofLabel(status)
            .orElseThrow(() -> new IllegalArgumentException("unknown status " + status));
    JsonNode json = Json.parse(value);
    return new Reply.Failed(failure, json.path("message").asText(), json.get("error"));
  }

  private static Timing timing(String text) {
    long[] parts = new long[3];
    int at = 0;
    try {
      for (String part : text.split(",", parts.length)) {
        parts[at++] = Long.parseLong(part.substring(part.indexOf('=') + 1));
      }
    } catch (NumberFormatException unreadable) {
      return Timing.NONE;
    }
    return new Timing(duration(parts[0]), duration(parts[1]), duration(parts[2]));
  }

  private static int attempt(Headers headers) {
    return number(headers, ATTEMPT)
        .filter(attempt -> attempt >= 1 && attempt <= Integer.MAX_VALUE)
        .map(Long::intValue)
        .orElse(1);
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1_000;
  }

  private static Duration duration(long micros) {
    return Duration.ofNanos(micros * 1_000);
  }

  /**
   * A time in epoch milliseconds; one that cannot be read, or is not after 1970 and before 10000,
   * counts as absent.
   */
  static Optional<Instant> instant(Headers headers, String name) {
    return number(headers, name)
        .filter(millis -> millis > 0 && millis <= LAST_MILLISECOND)
        .map(Instant::ofEpochMilli);
  }

  static Optional<Long> number(Headers headers, String name) {
    try {
      return read(headers, name).map(Long::valueOf);
    } catch (NumberFormatException unreadable) {
      return Optional.empty();
    }
  }
}
