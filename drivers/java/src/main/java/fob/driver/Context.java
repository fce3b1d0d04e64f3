package fob.driver;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a request says about its call. Threads that the call starts inherit it. {@link fob.Call}
 * shows it to the function, and only then is it checked, because most functions do not ask.
 * Thread-safe.
 */
public final class Context {

  private static final Pattern TRACEPARENT =
      Pattern.compile(
          "(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-[!-~]{0,60})?");
  private static final Pattern TRACESTATE = Pattern.compile("[ -~]{1,512}");
  private static final Pattern DEADLINE = Pattern.compile("[0-9]{1,15}");
  private static final fob.Call NONE =
      new fob.Call(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  private static final InheritableThreadLocal<@Nullable Context> CURRENT =
      new InheritableThreadLocal<>();

  private final @Nullable String requestId;
  private final @Nullable Object deadline;
  private final @Nullable Object traceparent;
  private final @Nullable Object tracestate;
  private volatile boolean ended;

  /**
   * What the client has sent.
   *
   * @param deadline a Long from a JSON body, or a text from a header; anything else is malformed
   * @param traceparent a text; anything else is malformed
   * @param tracestate a text; anything else is malformed
   */
  Context(
      @Nullable String requestId,
      @Nullable Object deadline,
      @Nullable Object traceparent,
      @Nullable Object tracestate) {
    this.requestId = requestId;
    this.deadline = deadline;
    this.traceparent = traceparent;
    this.tracestate = tracestate;
  }

  /** Returns the call of the current thread, without what is missing or malformed. */
  public static fob.Call current() {
    Context context = CURRENT.get();
    return context == null || context.ended ? NONE : context.call();
  }

  @Nullable String requestId() {
    return requestId;
  }

  /** Makes this the call of the current thread. */
  void begin() {
    CURRENT.set(this);
  }

  /** Ends the call, which the current thread has run, also for the threads that it has started. */
  void end() {
    ended = true;
    CURRENT.remove();
  }

  private fob.Call call() {
    Optional<String> parent =
        traceparent instanceof String text && isTraceparent(text)
            ? Optional.of(text)
            : Optional.empty();
    Optional<String> state =
        parent.isPresent()
                && tracestate instanceof String text
                && TRACESTATE.matcher(text).matches()
            ? Optional.of(text)
            : Optional.empty();
    return new fob.Call(Optional.ofNullable(requestId), time(deadline), parent, state);
  }

  private static Optional<Instant> time(@Nullable Object deadline) {
    return switch (deadline) {
      case Long millis -> Optional.of(Instant.ofEpochMilli(millis));
      case String text when DEADLINE.matcher(text).matches() -> time(Long.valueOf(text));
      case null, default -> Optional.empty();
    };
  }

  /** Only a version after 00 may have further fields. */
  private static boolean isTraceparent(String text) {
    Matcher matcher = TRACEPARENT.matcher(text);
    return matcher.matches() && (matcher.group(1) == null || !text.startsWith("00"));
  }
}
