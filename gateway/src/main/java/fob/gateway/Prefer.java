package fob.gateway;

import io.javalin.http.Context;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The {@code Prefer} header (RFC 7240), as far as fob honours it. */
final class Prefer {

  private static final Pattern WAIT =
      Pattern.compile("(?i)(?:^|[,;])\\s*wait\\s*=\\s*\"?(\\d{1,6})\"?\\s*(?:$|[,;])");
  private static final Pattern RESPOND_ASYNC =
      Pattern.compile("(?i)(?:^|[,;])\\s*respond-async\\s*(?:$|[,;])");
  private static final Duration MAX_WAIT = Duration.ofMinutes(5);

  private Prefer() {}

  /** The header, whose lines are one list, however many there are. */
  static @Nullable String of(Context http) {
    List<String> lines = Collections.list(http.req().getHeaders("Prefer"));
    return lines.isEmpty() ? null : String.join(", ", lines);
  }

  /** Whether the client wants to be told at once that its request was accepted. */
  static boolean respondAsync(@Nullable String header) {
    return header != null && RESPOND_ASYNC.matcher(header).find();
  }

  /**
   * How long the client wants to wait, at most five minutes; a preference that is malformed is
   * none.
   */
  static Optional<Duration> wait(@Nullable String header) {
    if (header == null) {
      return Optional.empty();
    }
    Matcher matcher = WAIT.matcher(header);
    if (!matcher.find()) {
      return Optional.empty();
    }
    Duration wait = Duration.ofSeconds(Long.parseLong(matcher.group(1)));
    return Optional.of(wait.compareTo(MAX_WAIT) > 0 ? MAX_WAIT : wait);
  }
}
