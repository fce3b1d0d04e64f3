package fob.gateway.log;

import fob.call.RequestId;
import fob.call.RequestIds;
import fob.function.LogLine;
import fob.gateway.http.Flag;
import fob.gateway.http.PastTime;
import fob.gateway.http.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which lines a client wants.
 *
 * @param tail how many of the last ones
 * @param since null: of any time
 * @param request null: of any call
 * @param level null: of any level, and those without one
 * @param follow whether lines that come later are wanted too
 */
record LogQuery(
    int tail,
    @Nullable Instant since,
    @Nullable String request,
    LogLine.@Nullable Level level,
    boolean follow) {

  static final String[] PARAMETERS = {"tail", "since", "request", "level", "follow"};
  static final int MOST_LINES = 10_000;

  private static final int USUAL_LINES = 100;

  /** The most by which the clock of a gateway, which makes request ids, may be ahead. */
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(1);

  /**
   * @throws Problem 400 if a parameter is malformed
   */
  static LogQuery of(Map<String, String> query, Instant now) {
    String since = query.get("since");
    String request = request(query.get("request"));
    boolean narrowed = since != null || request != null;
    return new LogQuery(
        tail(query.get("tail"), narrowed ? MOST_LINES : USUAL_LINES),
        since == null ? null : PastTime.parse("since", since, now),
        request,
        level(query.get("level")),
        Flag.parse("follow", query.get("follow")));
  }

  private static int tail(@Nullable String text, int otherwise) {
    if (text == null) {
      return otherwise;
    }
    if (text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= MOST_LINES) {
      return Integer.parseInt(text);
    }
    throw wrong("tail", text, "a whole number of lines from 0 to " + MOST_LINES);
  }

  private static @Nullable String request(@Nullable String text) {
    if (text == null || text.equals(LogLine.NO_REQUEST) || RequestId.isValid(text)) {
      return text;
    }
    throw wrong("request", text, "a request id, or - for lines outside calls");
  }

  private static LogLine.@Nullable Level level(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      return LogLine.Level.valueOf(text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw wrong("level", text, "one of " + Arrays.toString(LogLine.Level.values()));
    }
  }

  private static Problem wrong(String name, String value, String expected) {
    return Problem.badRequest("%s='%s': expected %s".formatted(name, value, expected));
  }

  /** Returns before when no such line was written; null if it is not known. */
  @Nullable Instant earliest() {
    Instant made =
        request == null || !RequestId.isValid(request)
            ? null
            : RequestIds.time(new RequestId(request)).map(at -> at.minus(CLOCK_SKEW)).orElse(null);
    return made == null || (since != null && since.isAfter(made)) ? since : made;
  }

  LogQuery withTail(int lines) {
    return new LogQuery(lines, since, request, level, follow);
  }

  boolean wants(LogLine line) {
    return (since == null || !line.time().isBefore(since))
        && (request == null || request.equals(line.request()))
        && (level == null || (line.level() != null && line.level().compareTo(level) >= 0));
  }
}
