package fob.bus.wire;

import static fob.bus.wire.TextHeaders.add;
import static fob.bus.wire.TextHeaders.read;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.call.Call;
import fob.call.Failure;
import fob.call.Reply;
import fob.call.Response;
import fob.call.Timing;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * Converts responses to records of {@code fob.response}, or of the caller's reply topic, and back.
 * The value is the driver's answer {@code {"result": …}}, or an error as JSON. This is a public
 * contract: its golden files may only grow.
 */
public final class ResponseWire {

  public static final String STATUS = "fob-status";
  public static final String TIMING = "fob-timing";
  public static final String LOG = "fob-log";

  private static final String OK = "ok";

  private ResponseWire() {}

  public static ProducerRecord<String, byte[]> encode(String topic, Response response) {
    Reply reply = response.reply();
    byte[] value =
        switch (reply) {
          case Reply.Answered(byte[] body) -> body;
          case Reply.Failed failed -> Json.bytes(json(failed));
        };
    String status =
        switch (reply) {
          case Reply.Answered _ -> OK;
          case Reply.Failed failed -> failed.failure().label();
        };
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(topic, response.id().value(), value);
    Headers headers = record.headers();
    add(headers, CallWire.REQUEST_ID, response.id().value());
    add(headers, CallWire.FUNCTION, response.function());
    add(headers, STATUS, status);
    add(headers, CallWire.ATTEMPT, Integer.toString(response.attempt()));
    add(headers, TIMING, text(response.timing()));
    add(headers, CallWire.CONTENT_TYPE, Call.JSON);
    TextHeaders.add(headers, response.trace());
    if (!response.log().isEmpty()) {
      add(headers, LOG, String.join("\n", response.log()));
    }
    return record;
  }

  /**
   * @throws IllegalArgumentException if the record is not a response
   */
  public static Response decode(ConsumerRecord<String, byte[]> record) {
    Headers headers = record.headers();
    String status =
        read(headers, STATUS)
            .orElseThrow(() -> new IllegalArgumentException("no " + STATUS + " header"));
    if (record.value() == null) {
      throw new IllegalArgumentException("no value");
    }
    return new Response(
        CallWire.requestId(record),
        read(headers, CallWire.FUNCTION).orElse(""),
        TextHeaders.attempt(headers),
        read(headers, TIMING).map(ResponseWire::timing).orElse(Timing.NONE),
        status.equals(OK)
            ? new Reply.Answered(record.value())
            : failed(status, Json.parse(record.value())),
        read(headers, LOG).map(log -> List.of(log.split("\n", -1))).orElse(List.of()),
        TextHeaders.trace(headers));
  }

  static ObjectNode json(Reply.Failed failed) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("component", failed.failure().component());
    json.put("reason", failed.failure().label());
    json.put("message", failed.message());
    if (failed.error() != null) {
      json.set("error", failed.error());
    }
    return json;
  }

  static Reply.Failed failed(String status, JsonNode json) {
    Failure failure =
        Failure.ofLabel(status)
            .orElseThrow(() -> new IllegalArgumentException("unknown status " + status));
    return new Reply.Failed(failure, json.path("message").asText(), json.get("error"));
  }

  /** Concatenates, since {@code formatted} would cost more than the rest of {@link #encode}. */
  private static String text(Timing timing) {
    return "queue="
        + micros(timing.queue())
        + ",wait="
        + micros(timing.await())
        + ",run="
        + micros(timing.run());
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

  private static long micros(Duration duration) {
    return duration.toNanos() / 1_000;
  }

  private static Duration duration(long micros) {
    return Duration.ofNanos(micros * 1_000);
  }
}
