package fob.gateway.access;

import com.fasterxml.jackson.databind.JsonNode;
import fob.access.AccessKey;
import fob.access.Glob;
import fob.access.KeyText;
import fob.access.Quota;
import fob.access.Role;
import fob.bus.wire.Json;
import fob.service.Durations;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /api/keys}. Reads it, and makes the key that it describes. */
record KeyRequest(
    String name,
    Role role,
    Glob functions,
    @Nullable Glob secrets,
    Quota quota,
    @Nullable Instant expires) {

  private static final String CALLS = "calls-per-second";
  private static final String CONCURRENT = "concurrent";
  private static final String MAX_FUNCTIONS = "max-functions";
  private static final List<String> KNOWN =
      List.of("name", "role", "functions", "secrets", CALLS, CONCURRENT, MAX_FUNCTIONS, "expires");
  private static final String EXAMPLE =
      "{\"name\": \"ci\", \"role\": \"deploy\", \"functions\": \"team-*\"}";

  /**
   * @throws IllegalArgumentException if it is wrong; the message is for the user
   */
  static KeyRequest parse(byte[] body, Instant now) {
    JsonNode json = Json.parse(body);
    if (!json.isObject()) {
      throw new IllegalArgumentException("expected a JSON object, such as " + EXAMPLE);
    }
    json.fieldNames()
        .forEachRemaining(member -> {
          if (!KNOWN.contains(member)) {
            throw new IllegalArgumentException(
                "there is no member '%s'; there are %s"
                    .formatted(member, String.join(", ", KNOWN)));
          }
        });
    String name = required(json, "name");
    String role = required(json, "role");
    Glob functions = json.has("functions") ? glob(json, "functions") : Glob.ALL;
    Glob secrets =
        json.has("secrets") ? glob(json, "secrets") : functions.isAll() ? Glob.ALL : null;
    return new KeyRequest(
        name,
        Role.ofLabel(role)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "role='%s': expected one of %s".formatted(role, Role.labels()))),
        functions,
        secrets,
        new Quota(number(json, CALLS), number(json, CONCURRENT), number(json, MAX_FUNCTIONS)),
        json.has("expires") ? expires(text(json, "expires"), now) : null);
  }

  private static String required(JsonNode json, String member) {
    if (!json.has(member)) {
      throw new IllegalArgumentException(
          "'%s' is missing; expected a JSON object such as %s".formatted(member, EXAMPLE));
    }
    return text(json, member);
  }

  private static String text(JsonNode json, String member) {
    if (!json.path(member).isTextual()) {
      throw new IllegalArgumentException("'%s' is not text".formatted(member));
    }
    return json.path(member).asText();
  }

  /** Returns 0 if it is not given. */
  private static int number(JsonNode json, String member) {
    if (!json.has(member)) {
      return 0;
    }
    JsonNode number = json.path(member);
    if (!number.isInt() || number.asInt() < 1 || number.asInt() > Quota.MOST) {
      throw new IllegalArgumentException(
          "%s=%s: expected a whole number from 1 to %d".formatted(member, number, Quota.MOST));
    }
    return number.asInt();
  }

  private static Glob glob(JsonNode json, String member) {
    try {
      return new Glob(text(json, member));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(member + "=" + e.getMessage(), e);
    }
  }

  private static Instant expires(String text, Instant now) {
    try {
      Instant expires = text.contains("T") ? Instant.parse(text) : now.plus(Durations.parse(text));
      if (expires.isAfter(now)) {
        return expires.truncatedTo(ChronoUnit.MILLIS);
      }
    } catch (DateTimeException | IllegalArgumentException e) {
      // Reported below.
    }
    throw new IllegalArgumentException(
        "expires='%s': expected a time in the future such as 2030-01-31T12:00:00Z, or how long the key holds, such as 720h"
            .formatted(text));
  }

  /**
   * @throws IllegalArgumentException if there can be no such key; the message is for the user
   */
  AccessKey key(KeyText text, Instant now, String by) {
    return new AccessKey(
        text.id(),
        text.sha256(),
        name,
        role,
        functions,
        secrets,
        quota,
        now.truncatedTo(ChronoUnit.MILLIS),
        by,
        expires,
        null);
  }
}
