package fob.gateway.result;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.AttemptsJson;
import fob.bus.wire.Json;
import fob.bus.wire.Topics;
import fob.call.Progress;
import fob.call.RequestId;
import fob.call.RequestIds;
import fob.gateway.http.HttpReplies;
import fob.gateway.http.Prefer;
import fob.gateway.http.Problem;
import io.javalin.http.Context;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Shows what became of a call: its result, its error or its progress. Thread-safe. */
public final class ResultHandler {

  private static final Pattern UUID_FORM =
      Pattern.compile("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private final ResultReader results;
  private final InstantSource clock;

  public ResultHandler(ResultReader results, InstantSource clock) {
    this.results = results;
    this.clock = clock;
  }

  public void get(Context http, Map<String, String> query) throws InterruptedException {
    RequestId id = id(http);
    Optional<Instant> made = made(query.get("since"), id);
    Instant since = made.orElseGet(() -> clock.instant().minus(Topics.RESULTS_KEPT));
    HttpReplies.setRequestId(http, id);
    Optional<Duration> wait = Prefer.of(http).waiting();
    wait.ifPresent(applied -> http.header("Preference-Applied", "wait=" + applied.toSeconds()));
    switch (find(id, since, wait.orElse(Duration.ZERO))) {
      case Finding.Over(var response) -> HttpReplies.write(http, response);
      case Finding.Going(Progress progress) -> going(http, progress);
      case Finding.Unknown() -> throw unknown(id, made);
    }
  }

  private Finding find(RequestId id, Instant since, Duration wait) throws InterruptedException {
    try {
      return results.find(id, since, wait).orElseThrow(ResultHandler::tooMany);
    } catch (KafkaException e) {
      throw Problem.busUnavailable("the result cannot be read: " + e.getMessage());
    }
  }

  public static Problem tooMany() {
    return Problem.ofGateway(
            429, "overloaded", "too many clients look for results at this gateway at once")
        .header("Retry-After", "1");
  }

  private static RequestId id(Context http) {
    String id = http.pathParam("id");
    if (!RequestId.isValid(id)) {
      throw Problem.ofGateway(
          400, "bad-request", "a request id is 1 to 200 visible ASCII characters");
    }
    // Upper case does not change a UUID, and fob's own ids are in lower case.
    return new RequestId(UUID_FORM.matcher(id).matches() ? id.toLowerCase(Locale.ROOT) : id);
  }

  /** When the call was made, by the client's word or the id. */
  private static Optional<Instant> made(@Nullable String since, RequestId id) {
    return since == null ? RequestIds.time(id) : Optional.of(time(since));
  }

  private static Instant time(String text) {
    try {
      return text.chars().allMatch(Character::isDigit)
          ? Instant.ofEpochMilli(Long.parseLong(text))
          : Instant.parse(text);
    } catch (DateTimeException | NumberFormatException e) {
      throw Problem.ofGateway(
          400,
          "bad-request",
          "since='%s': expected a time such as 2026-01-31T12:00:00Z, or epoch milliseconds"
              .formatted(text));
    }
  }

  private Problem unknown(RequestId id, Optional<Instant> made) {
    if (made.isPresent() && made.get().plus(Topics.RESULTS_KEPT).isBefore(clock.instant())) {
      return Problem.ofGateway(
          410, "gone", "the call is from %s, and results are kept for 24h".formatted(made.get()));
    }
    return Problem.ofGateway(
        404,
        "not-found",
        "no call with the id '%s' has been accepted, or it came by Kafka and is not over"
            .formatted(id));
  }

  private static void going(Context http, Progress progress) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", progress.id().value())
            .put("function", progress.function())
            .put("state", progress.state().label())
            .put("attempt", progress.attempt());
    if (progress.next() != null) {
      json.put("next", progress.next().toString());
    }
    if (!progress.history().isEmpty()) {
      json.set("attempts", AttemptsJson.write(progress.history()));
    }
    http.status(202)
        .header("Retry-After", "1")
        .contentType("application/json")
        .result(Json.bytes(json));
  }
}
