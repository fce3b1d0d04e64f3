package fob.gateway.dead;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.AttemptsJson;
import fob.bus.wire.DeadLetterWire;
import fob.bus.wire.Json;
import fob.call.DeadLetter;
import fob.call.Failure;
import fob.call.RequestId;
import fob.gateway.function.Functions;
import fob.gateway.http.HttpReplies;
import fob.gateway.http.Problem;
import fob.gateway.publish.AsyncPublisher;
import fob.gateway.publish.ConfirmedPublisher;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Lists dead letters, runs them again and deletes them. Thread-safe. */
public final class DeadLetterHandler {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int DEFAULT_LIMIT = 100;
  private static final int MOST = 1_000;

  private final Functions functions;
  private final DeadLetters letters;
  private final AsyncPublisher calls;
  private final ConfirmedPublisher publisher;
  private final Supplier<RequestId> ids;

  public DeadLetterHandler(
      Functions functions,
      DeadLetters letters,
      AsyncPublisher calls,
      ConfirmedPublisher publisher,
      Supplier<RequestId> ids) {
    this.functions = functions;
    this.letters = letters;
    this.calls = calls;
    this.publisher = publisher;
    this.ids = ids;
  }

  /** The query parameters of {@link #list}. */
  public static String[] parameters() {
    return new String[] {"after", "function", "limit", "reason"};
  }

  /** Lists letters, the newest first, in pages. */
  public void list(Context http, Map<String, String> query) throws InterruptedException {
    String function = query.get("function");
    DeadLetters.Page page =
        page(
            function == null ? Set.of() : names(function),
            reason(query.get("reason")),
            number("after", query.get("after"), Long.MAX_VALUE, Long.MAX_VALUE),
            Math.toIntExact(number("limit", query.get("limit"), DEFAULT_LIMIT, MOST)));
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("total", page.total());
    ArrayNode dead = json.putArray("dead");
    page.letters().forEach(letter -> dead.add(json(letter)));
    page.next().ifPresent(next -> json.put("next", Long.toString(next)));
    if (page.leftOut() > 0) {
      json.put("left_out", page.leftOut());
    }
    http.contentType("application/json").result(Json.bytes(json));
  }

  private DeadLetters.Page page(
      Set<String> functions, @Nullable Failure reason, long after, int limit)
      throws InterruptedException {
    try {
      return letters.list(functions, reason, after, limit, deadline());
    } catch (IllegalStateException | KafkaException e) {
      throw unreadable();
    }
  }

  /** The name and the id of its function, since calls over HTTP carry the id. */
  private Set<String> names(String function) {
    return functions
        .resolve(function)
        .map(id -> Set.copyOf(List.of(function, id.toString())))
        .orElse(Set.of(function));
  }

  public void get(Context http) throws InterruptedException {
    DeadLetter letter = letter(http);
    http.contentType("application/json").result(Json.bytes(json(letter)));
  }

  /**
   * Publishes the call again under a new id, without its earlier attempts, and deletes the letter.
   */
  public void redrive(Context http) throws InterruptedException {
    DeadLetter letter = letter(http);
    ConsumerRecord<String, byte[]> record = record(letter, http);
    RequestId id = ids.get();
    calls.accept(DeadLetterWire.redriven(record, id), id, letter.function());
    publisher.publish(DeadLetterWire.delete(letter.id()));
    HttpReplies.accepted(http, id);
  }

  public void forget(Context http) throws InterruptedException {
    DeadLetter letter = letter(http);
    publisher.publish(DeadLetterWire.delete(letter.id()));
    http.status(204);
  }

  private DeadLetter letter(Context http) throws InterruptedException {
    try {
      return letters.get(http.pathParam("id"), deadline()).orElseThrow(() -> unknown(http));
    } catch (IllegalStateException | KafkaException e) {
      throw unreadable();
    }
  }

  private ConsumerRecord<String, byte[]> record(DeadLetter letter, Context http) {
    try {
      return letters.record(letter.id().value()).orElseThrow(() -> unknown(http));
    } catch (KafkaException e) {
      throw unreadable();
    }
  }

  private static Problem unreadable() {
    return Problem.busUnavailable(
        "dead letters cannot be read now; a gateway that has just started reads all of them first");
  }

  private static Instant deadline() {
    return Instant.now().plus(PATIENCE);
  }

  private static @Nullable Failure reason(@Nullable String label) {
    return label == null
        ? null
        : Failure.ofLabel(label)
            .orElseThrow(() ->
                Problem.badRequest(
                    "reason='%s': expected one of %s"
                        .formatted(
                            label,
                            Stream.of(Failure.values())
                                .map(Failure::label)
                                .collect(Collectors.joining(", ")))));
  }

  private static long number(String name, @Nullable String text, long otherwise, long most) {
    if (text == null) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(text);
      if (number >= 1 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below.
    }
    throw Problem.badRequest(
        "%s='%s': expected a whole number from 1 to %d".formatted(name, text, most));
  }

  private static Problem unknown(Context http) {
    return Problem.ofGateway(
        404,
        "not-found",
        "there is no dead letter '%s'; GET /api/dead lists those that there are"
            .formatted(http.pathParam("id")));
  }

  private static ObjectNode json(DeadLetter letter) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", letter.id().value())
            .put("function", letter.function())
            .put("reason", letter.failure().label())
            .put("message", letter.message())
            .put("accepted", letter.accepted().toString())
            .put("died", letter.died().toString())
            .put("payload_bytes", letter.payloadBytes());
    json.set("attempts", AttemptsJson.write(letter.history()));
    return json;
  }
}
