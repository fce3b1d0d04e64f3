package fob.gateway.dead;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.access.Role;
import fob.bus.wire.Json;
import fob.call.DeadLetter;
import fob.call.Failure;
import fob.call.LetterPlace;
import fob.call.LetterQuestion;
import fob.call.RequestId;
import fob.gateway.access.Access;
import fob.gateway.access.Caller;
import fob.gateway.function.Functions;
import fob.gateway.http.HttpReplies;
import fob.gateway.http.Problem;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Lists dead letters, runs them again and deletes them. Thread-safe. */
public final class DeadLetterHandler {

  private static final int DEFAULT_LIMIT = 100;

  private final Access access;
  private final Functions functions;
  private final DeadLetters letters;
  private final Supplier<RequestId> ids;

  /**
   * @param ids make ids whose replies come to this gateway
   */
  public DeadLetterHandler(
      Access access, Functions functions, DeadLetters letters, Supplier<RequestId> ids) {
    this.access = access;
    this.functions = functions;
    this.letters = letters;
    this.ids = ids;
  }

  /** The query parameters of {@link #list}. */
  public static String[] parameters() {
    return new String[] {"after", "function", "limit", "reason"};
  }

  /** Lists letters, the newest first, in pages. */
  public void list(Context http, Map<String, String> query) throws InterruptedException {
    String function = query.get("function");
    requireFunction(http, function);
    LetterQuestion.Listing question =
        new LetterQuestion.Listing(
            function == null ? Set.of() : names(function),
            reason(query.get("reason")),
            after(query.get("after")),
            limit(query.get("limit")));
    DeadLetters.Page page = readable(() -> letters.list(question));
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("total", page.total());
    ArrayNode dead = json.putArray("dead");
    page.letters().forEach(letter -> dead.add(DeadLetterJson.of(letter)));
    page.next().ifPresent(next -> json.put("next", next.toString()));
    if (page.leftOut() > 0) {
      json.put("left_out", page.leftOut());
    }
    http.contentType("application/json").result(Json.bytes(json));
  }

  private void requireFunction(Context http, @Nullable String function) {
    if (function != null) {
      access.requireFunction(http, Role.DEPLOY, function);
    } else if (!Caller.of(http).functions().isAll()) {
      throw Problem.badRequest(
          "your key is for some functions only: add ?function= with one of them");
    }
  }

  /** What the user wrote, and the id that it stands for, since calls over HTTP carry the id. */
  private Set<String> names(String function) {
    return functions
        .resolve(function)
        .map(id -> Set.copyOf(List.of(function, id.toString())))
        .orElse(Set.of(function));
  }

  public void get(Context http) throws InterruptedException {
    RequestId id = id(http);
    DeadLetter letter = find(http, id);
    http.contentType("application/json").result(Json.bytes(DeadLetterJson.of(letter)));
  }

  /** Finds a letter. For the client, there are only those of functions that it may use. */
  private DeadLetter find(Context http, RequestId id) throws InterruptedException {
    return readable(() -> letters.get(id))
        .filter(letter -> access.mayUse(Caller.of(http), letter.function()))
        .orElseThrow(() -> unknown(http));
  }

  /** Reads the letter only if that decides whether the client may change it. */
  private RequestId own(Context http) throws InterruptedException {
    RequestId id = id(http);
    return Caller.of(http).functions().isAll() ? id : find(http, id).id();
  }

  /** Makes the call again under a new id, without its earlier attempts; the letter is deleted. */
  public void redrive(Context http) throws InterruptedException {
    RequestId as = ids.get();
    if (!letters.redrive(own(http), as)) {
      throw unknown(http);
    }
    HttpReplies.accepted(http, as);
  }

  public void forget(Context http) throws InterruptedException {
    if (!letters.delete(own(http))) {
      throw unknown(http);
    }
    http.status(204);
  }

  private static RequestId id(Context http) {
    String id = http.pathParam("id");
    if (!RequestId.isValid(id)) {
      throw unknown(http);
    }
    return new RequestId(id);
  }

  /** Reads something from Kafka. */
  @FunctionalInterface
  private interface Reading<T> {
    T read() throws InterruptedException;
  }

  private static <T> T readable(Reading<T> reading) throws InterruptedException {
    try {
      return reading.read();
    } catch (KafkaException e) {
      throw Problem.busUnavailable("dead letters cannot be read now: " + e.getMessage());
    }
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

  private static @Nullable LetterPlace after(@Nullable String text) {
    return text == null
        ? null
        : LetterPlace.parse(text)
            .orElseThrow(() ->
                Problem.badRequest(
                    "after='%s': expected the 'next' of the page before".formatted(text)));
  }

  private static int limit(@Nullable String text) {
    try {
      int number = text == null ? DEFAULT_LIMIT : Integer.parseInt(text);
      if (number >= 1 && number <= LetterQuestion.MOST) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below.
    }
    throw Problem.badRequest(
        "limit='%s': expected a whole number from 1 to %d".formatted(text, LetterQuestion.MOST));
  }

  private static Problem unknown(Context http) {
    return Problem.ofGateway(
        404,
        "not-found",
        "there is no dead letter '%s'; GET /api/dead lists those that there are"
            .formatted(http.pathParam("id")));
  }
}
