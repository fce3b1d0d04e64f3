package fob.gateway.http;

import io.javalin.http.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The preferences of the {@code Prefer} header (RFC 7240) that fob supports. Unknown preferences
 * are ignored, as the RFC demands.
 *
 * @param respondAsync whether the client wants 202 as soon as its request is accepted
 * @param maxWait how long the client wants to wait, at most 5 minutes; null if it does not say
 */
public record Prefer(boolean respondAsync, @Nullable Duration maxWait) {

  private static final Duration MAX_WAIT = Duration.ofMinutes(5);

  private static final Pattern SECONDS = Pattern.compile("\"?([0-9]+)\"?");

  /**
   * The preferences of a request. Several header lines form one list.
   *
   * @throws Problem 400 if they are malformed
   */
  public static Prefer of(Context http) {
    var lines = http.req().getHeaders("Prefer");
    return lines.hasMoreElements()
        ? parse(String.join(",", Collections.list(lines)))
        : new Prefer(false, null);
  }

  /**
   * @throws Problem 400 if the list is malformed, or a preference that fob knows has a wrong value
   */
  static Prefer parse(String list) {
    boolean respondAsync = false;
    Duration wait = null;
    for (String preference : split(list, ',')) {
      // After a semicolon come parameters; the preferences that fob knows have none.
      String[] pair = split(preference, ';').getFirst().split("=", 2);
      String value = pair.length == 2 ? pair[1].strip() : "";
      switch (pair[0].strip().toLowerCase(Locale.ROOT)) {
        case "respond-async" -> {
          requireNone(value);
          respondAsync = true;
        }
        case "wait" -> {
          // The first of several counts.
          Duration seconds = seconds(value);
          wait = wait == null ? seconds : wait;
        }
        default -> {}
      }
    }
    return new Prefer(respondAsync, wait);
  }

  /** Splits at separators that are not inside quotes. */
  private static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    boolean quoted = false;
    int begin = 0;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '\\' && quoted) {
        at++;
      } else if (c == separator && !quoted) {
        parts.add(text.substring(begin, at));
        begin = at + 1;
      }
    }
    if (quoted) {
      throw malformed(text, "a quote at the end of what a quote begins");
    }
    parts.add(text.substring(begin));
    return parts;
  }

  public Optional<Duration> waiting() {
    return Optional.ofNullable(maxWait);
  }

  private static void requireNone(String value) {
    if (!value.isEmpty() && !value.equals("\"\"")) {
      throw malformed("respond-async=" + value, "respond-async without a value");
    }
  }

  private static Duration seconds(String value) {
    Matcher seconds = SECONDS.matcher(value);
    if (!seconds.matches()) {
      throw malformed("wait=" + value, "a whole number of seconds, such as wait=10");
    }
    // A number with more digits is over the bound.
    String digits = seconds.group(1);
    return digits.length() > 9 || Long.parseLong(digits) > MAX_WAIT.toSeconds()
        ? MAX_WAIT
        : Duration.ofSeconds(Long.parseLong(digits));
  }

  private static Problem malformed(String what, String expected) {
    return Problem.badRequest("Prefer: '%s': expected %s".formatted(what, expected));
  }
}
