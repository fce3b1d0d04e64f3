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
    HttpReplies.setRequestId(http, id);
    Wanted wanted = wanted(id, query.get("since"));
    Optional<Duration> wait = Prefer.of(http).waiting();
    wait.ifPresent(applied -> http.header("Preference-Applied", "wait=" + applied.toSeconds()));
    switch (find(wanted, wait.orElse(Duration.ZERO))) {
      case Finding.Over(var response) -> HttpReplies.write(http, response);
      case Finding.Going going -> write(http, going);
      case Finding.Unknown() -> throw unknown(wanted);
      case Finding.Stopped(Instant readTo) -> throw stopped(id, readTo);
    }
  }

  private Wanted wanted(RequestId id, @Nullable String since) {
    if (since != null) {
      return Wanted.since(id, time(since));
    }
    Optional<Instant> made = RequestIds.time(id);
    if (made.isPresent() && Wanted.isGone(made.get(), clock.instant())) {
      throw gone(made.get());
    }
    return Wanted.made(id, clock.instant());
  }

  private Finding find(Wanted wanted, Duration wait) throws InterruptedException {
    try {
      return results.find(wanted, wait);
    } catch (KafkaException e) {
      throw Problem.busUnavailable("the result cannot be read: " + e.getMessage());
    }
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

  private Problem unknown(Wanted wanted) {
    Instant hasItsFirstRecord = wanted.until();
    if (hasItsFirstRecord != null) {
      return Problem.ofGateway(
          404,
          "not-found",
          ("no call with the id '%s' has been accepted over HTTP; if you wrote the call to Kafka,"
                  + " add ?since= with the time of the call")
              .formatted(wanted.id()));
    }
    Optional<Instant> made = RequestIds.time(wanted.id());
    return made.isPresent() && made.get().plus(Topics.RESULTS_KEPT).isBefore(clock.instant())
        ? gone(made.get())
        : Problem.ofGateway(
            404,
            "not-found",
            "no call with the id '%s' has been accepted, or it came by Kafka and is not over"
                .formatted(wanted.id()));
  }

  private static Problem gone(Instant made) {
    return Problem.ofGateway(
        410, "gone", "the call is from %s, and results are kept for 24h".formatted(made));
  }

  private static Problem stopped(RequestId id, Instant readTo) {
    return Problem.ofGateway(
            503,
            "search-stopped",
            ("the search for the call '%s' was stopped when its time was over; it has read the"
                    + " replies up to %s; ask again, and this gateway goes on from there; ?since="
                    + " with the time of the call makes the search shorter")
                .formatted(id, readTo))
        .header("Retry-After", "0");
  }

  private static void write(Context http, Finding.Going going) {
    Progress progress = going.progress();
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
    if (going.readTo() != null) {
      json.put("searched-until", going.readTo().toString());
    }
    http.status(202)
        .header("Retry-After", "1")
        .contentType("application/json")
        .result(Json.bytes(json));
  }
}
