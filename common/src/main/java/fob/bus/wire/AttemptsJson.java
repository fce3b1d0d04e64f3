package fob.bus.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import fob.call.Attempt;
import fob.call.Failure;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The failed attempts of a call as JSON, in headers, on {@code fob.progress} and for users. */
public final class AttemptsJson {

  private AttemptsJson() {}

  public static ArrayNode write(List<Attempt> attempts) {
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

  /** Reads attempts, and leaves out those whose time or status cannot be read. */
  static List<Attempt> read(JsonNode array) {
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

  /** Reads an ISO 8601 time; empty if the text is not one. */
  static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException unreadable) {
      return Optional.empty();
    }
  }
}
