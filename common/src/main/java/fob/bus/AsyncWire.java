package fob.bus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.call.AsyncCall;
import fob.call.Attempt;
import fob.call.Call;
import fob.call.DeadLetter;
import fob.call.Failure;
import fob.call.Progress;
import fob.call.Reply;
import fob.call.RequestId;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Asynchronous calls, what becomes of them, and dead letters, on the bus. A call that is written
 * again keeps its payload and every header of its producer. A public contract like {@link Wire}.
 */
public final class AsyncWire {

  /** When the call was accepted, epoch ms; absent: the record's timestamp. */
  public static final String ACCEPTED = "fob-accepted";

  /** When a call that waits in a delay tier is to come back, epoch ms. */
  public static final String DUE = "fob-due";

  /** The attempts that failed, as JSON. */
  public static final String HISTORY = "fob-history";

  /** How many attempts ended as unreachable; absent: those in the history. */
  public static final String UNREACHABLE = "fob-unreachable";

  /** Of a dead letter: why, for people. */
  public static final String MESSAGE = "fob-message";

  /** Of a call that was made from a dead letter: the id that it had. */
  public static final String REDRIVEN_FROM = "fob-redriven-from";

  private static final List<String> OF_A_DEAD_LETTER = List.of(Wire.STATUS, MESSAGE, DUE);

  private AsyncWire() {}

  /** A new call. */
  public static ProducerRecord<String, byte[]> encode(Call call) {
    return Wire.encode(Topics.ASYNC, call);
  }

  /** What is absent or cannot be read is derived, as for {@link Wire#decodeCall}. */
  public static AsyncCall decode(ConsumerRecord<String, byte[]> record) {
    Call call = Wire.decodeCall(record);
    return new AsyncCall(
        call,
        // Nothing is on the bus before it is accepted: a later time would put the call's end off.
        Wire.instant(record.headers(), ACCEPTED)
            .filter(accepted -> accepted.isBefore(call.sent()))
            .orElse(call.sent()),
        history(record.headers()),
        Wire.number(record.headers(), UNREACHABLE)
            .filter(count -> count >= 0 && count <= call.attempt())
            .map(Long::intValue)
            .orElse(0));
  }

  /** The same call again, after a delay in a tier, or at last at the end of them. */
  public static ProducerRecord<String, byte[]> again(
      String topic, ConsumerRecord<String, byte[]> original, AsyncCall call, Instant due) {
    Headers headers = headersOf(original, call);
    put(headers, DUE, Long.toString(due.toEpochMilli()));
    return new ProducerRecord<>(topic, null, call.call().function(), original.value(), headers);
  }

  /** When a call in a delay tier is to come back; at once, if it does not say. */
  public static Instant due(ConsumerRecord<String, byte[]> record) {
    return Wire.instant(record.headers(), DUE).orElse(Instant.ofEpochMilli(record.timestamp()));
  }

  /** What a delay tier hands on: the record as it is. */
  public static ProducerRecord<String, byte[]> moved(
      String topic, ConsumerRecord<String, byte[]> record) {
    return new ProducerRecord<>(topic, null, record.key(), record.value(), record.headers());
  }

  public static ProducerRecord<String, byte[]> dead(
      ConsumerRecord<String, byte[]> original, AsyncCall call, Reply.Failed why) {
    Headers headers = headersOf(original, call);
    put(headers, Wire.FUNCTION, call.call().function());
    put(headers, Wire.STATUS, why.failure().label());
    put(headers, MESSAGE, Attempt.brief(why.message()));
    return new ProducerRecord<>(
        Topics.DEAD.name(), null, call.call().id().value(), original.value(), headers);
  }

  /**
   * @throws IllegalArgumentException if the record is not a dead letter
   */
  public static DeadLetter decodeDead(ConsumerRecord<String, byte[]> record) {
    AsyncCall call = decode(record);
    String status = TextHeaders.read(record.headers(), Wire.STATUS).orElse("");
    return new DeadLetter(
        call.call().id(),
        call.call().function(),
        call.accepted(),
        Instant.ofEpochMilli(record.timestamp()),
        Failure.ofLabel(status)
            .orElseThrow(() -> new IllegalArgumentException("unknown status " + status)),
        TextHeaders.read(record.headers(), MESSAGE).orElse(""),
        call.history(),
        call.call().payload().length);
  }

  /** A dead letter as a new call, with all its attempts before it. */
  public static ProducerRecord<String, byte[]> redriven(
      ConsumerRecord<String, byte[]> letter, RequestId id) {
    Call call = Wire.decodeCall(letter);
    Headers headers = new RecordHeaders(letter.headers());
    OF_A_DEAD_LETTER.forEach(headers::remove);
    List.of(ACCEPTED, HISTORY, UNREACHABLE, Wire.ATTEMPT, Wire.DEADLINE).forEach(headers::remove);
    put(headers, Wire.REQUEST_ID, id.value());
    put(headers, REDRIVEN_FROM, call.id().value());
    return new ProducerRecord<>(
        Topics.ASYNC.name(), null, call.function(), letter.value(), headers);
  }

  /** Without what others than fob have put into its headers. */
  public static ProducerRecord<String, byte[]> oursOnly(ProducerRecord<String, byte[]> record) {
    Headers ours = new RecordHeaders();
    for (Header header : record.headers()) {
      if (header.key().startsWith("fob-") || header.key().equals(Wire.CONTENT_TYPE)) {
        ours.add(header);
      }
    }
    return new ProducerRecord<>(record.topic(), null, record.key(), record.value(), ours);
  }

  /** Forgets a dead letter. */
  public static ProducerRecord<String, byte[]> forget(RequestId id) {
    return new ProducerRecord<>(Topics.DEAD.name(), id.value(), null);
  }

  public static ProducerRecord<String, byte[]> encode(Progress progress) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("state", progress.state().label())
            .put("attempt", progress.attempt())
            .put("function", progress.function());
    if (progress.next() != null) {
      json.put("next", progress.next().toString());
    }
    if (!progress.history().isEmpty()) {
      json.set("attempts", json(progress.history()));
    }
    return new ProducerRecord<>(Topics.PROGRESS.name(), progress.id().value(), Json.bytes(json));
  }

  /**
   * @throws IllegalArgumentException if the record does not tell of progress
   */
  public static Progress decodeProgress(ConsumerRecord<String, byte[]> record) {
    JsonNode json = Json.parse(record.value());
    String state = json.path("state").asText();
    return new Progress(
        new RequestId(record.key()),
        json.path("function").asText(),
        Progress.State.ofLabel(state)
            .orElseThrow(() -> new IllegalArgumentException("unknown state " + state)),
        json.path("attempt").asInt(1),
        json.has("next") ? instant(json.path("next").asText()).orElse(null) : null,
        attempts(json.path("attempts")));
  }

  /** Attempts as users see them too. */
  public static ArrayNode json(List<Attempt> attempts) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (Attempt attempt : attempts) {
      array
          .addObject()
          .put("attempt", attempt.number())
          .put("at", attempt.at().toString())
          .put("status", attempt.failure().label())
          .put("message", attempt.message());
    }
    return array;
  }

  private static Headers headersOf(ConsumerRecord<String, byte[]> original, AsyncCall call) {
    Headers headers = new RecordHeaders(original.headers());
    put(headers, Wire.REQUEST_ID, call.call().id().value());
    put(headers, Wire.ATTEMPT, Integer.toString(call.call().attempt()));
    put(headers, ACCEPTED, Long.toString(call.accepted().toEpochMilli()));
    headers.remove(HISTORY);
    headers.remove(UNREACHABLE);
    if (!call.isUnreachableInHistory()) {
      TextHeaders.write(headers, UNREACHABLE, Integer.toString(call.unreachable()));
    }
    if (!call.history().isEmpty()) {
      TextHeaders.write(headers, HISTORY, json(call.history()).toString());
    }
    return headers;
  }

  private static void put(Headers headers, String name, String value) {
    headers.remove(name);
    TextHeaders.write(headers, name, value);
  }

  private static List<Attempt> history(Headers headers) {
    Header header = headers.lastHeader(HISTORY);
    if (header == null || header.value() == null) {
      return List.of();
    }
    try {
      return attempts(Json.parse(header.value()));
    } catch (IllegalArgumentException unreadable) {
      return List.of();
    }
  }

  private static List<Attempt> attempts(JsonNode array) {
    List<Attempt> attempts = new ArrayList<>();
    for (JsonNode json : array) {
      Optional<Instant> at = instant(json.path("at").asText());
      Optional<Failure> failure = Failure.ofLabel(json.path("status").asText());
      if (at.isPresent() && failure.isPresent()) {
        attempts.add(
            new Attempt(
                json.path("attempt").asInt(),
                at.get(),
                failure.get(),
                json.path("message").asText()));
      }
    }
    return attempts;
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException unreadable) {
      return Optional.empty();
    }
  }
}
