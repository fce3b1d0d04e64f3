package fob.traces;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The header {@code traceparent} of W3C Trace Context. */
public final class Traceparent {

  public static final String HEADER = "traceparent";

  private static final Pattern FORM =
      Pattern.compile(
          "([0-9a-f]{2})-((?!0{32})[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-[!-~]{0,60})?");

  private static final int VERSION = 1;
  private static final int TRACE_ID = 2;
  private static final int FURTHER = 3;

  private Traceparent() {}

  /** Returns the text if it is a valid header; else null, as a wrong one is to be ignored. */
  public static @Nullable String valid(@Nullable String text) {
    return text != null && traceId(text).isPresent() ? text : null;
  }

  /** Returns the id of the trace; empty if the text is not a valid header. */
  public static Optional<String> traceId(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches() && isKnown(matcher)
        ? Optional.of(matcher.group(TRACE_ID))
        : Optional.empty();
  }

  /** Only a later version may have further fields, and there is no version ff. */
  private static boolean isKnown(Matcher matcher) {
    String version = matcher.group(VERSION);
    return version.equals("00") ? matcher.group(FURTHER) == null : !version.equals("ff");
  }
}
