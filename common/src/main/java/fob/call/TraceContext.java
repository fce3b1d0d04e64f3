package fob.call;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The headers of W3C Trace Context, which say in which trace something happens, and below which
 * span. Immutable.
 *
 * @param parent the header {@code traceparent}
 * @param state the header {@code tracestate}; null: none
 */
public record TraceContext(String parent, @Nullable String state) {

  public static final String PARENT = "traceparent";
  public static final String STATE = "tracestate";

  private static final Pattern FORM =
      Pattern.compile(
          "([0-9a-f]{2})-((?!0{32})[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-[!-~]{0,60})?");

  private static final int VERSION = 1;
  private static final int TRACE_ID = 2;
  private static final int FURTHER = 3;

  /**
   * Returns what two headers say. A wrong one is to be ignored, and there is no state without a
   * parent.
   *
   * @param parent null: there is no such header
   * @param state several headers are one, with commas between them; null: there is no such header
   * @return null if there is no valid parent
   */
  public static @Nullable TraceContext of(@Nullable String parent, @Nullable String state) {
    return parent != null && traceId(parent).isPresent()
        ? new TraceContext(parent, state == null ? null : TraceState.valid(state))
        : null;
  }

  /** Returns the id of the trace; empty if the text is not a valid {@code traceparent}. */
  public static Optional<String> traceId(String parent) {
    Matcher matcher = FORM.matcher(parent);
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
