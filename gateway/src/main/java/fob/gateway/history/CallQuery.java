package fob.gateway.history;

import fob.gateway.http.Flag;
import fob.gateway.http.PastTime;
import fob.gateway.http.Problem;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which calls of a function a client wants. */
sealed interface CallQuery {

  int MOST_CALLS = 1_000;

  /**
   * The newest calls that were made.
   *
   * @param since of this time or later
   * @param most how many
   */
  record Past(Instant since, int most) implements CallQuery {}

  /** Calls that are made from now on. */
  record Live(Share share) implements CallQuery {}

  /**
   * Reads the parameters of a request.
   *
   * @throws Problem 400 if one is malformed, or has no use
   */
  static CallQuery of(Map<String, String> query, Instant now) {
    if (Flag.parse("follow", query.get("follow"))) {
      for (String past : new String[] {"since", "limit"}) {
        refuse(query, past, "only without follow=true, which is about calls from now on");
      }
      return new Live(Share.parse(query.getOrDefault("share", "100")));
    }
    refuse(query, "share", "only with follow=true");
    return new Past(
        PastTime.parse("since", query.getOrDefault("since", "1h"), now), limit(query.get("limit")));
  }

  private static void refuse(Map<String, String> query, String name, String expected) {
    if (query.containsKey(name)) {
      throw Problem.badRequest("%s='%s': expected %s".formatted(name, query.get(name), expected));
    }
  }

  private static int limit(@Nullable String text) {
    if (text == null) {
      return 100;
    }
    if (text.matches("[0-9]{1,4}")) {
      int number = Integer.parseInt(text);
      if (number >= 1 && number <= MOST_CALLS) {
        return number;
      }
    }
    throw Problem.badRequest(
        "limit='%s': expected a whole number from 1 to %d".formatted(text, MOST_CALLS));
  }
}
