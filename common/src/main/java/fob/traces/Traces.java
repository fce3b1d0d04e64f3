package fob.traces;

import fob.call.Call;
import fob.call.TraceContext;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Makes the spans of calls. Thread-safe. */
public interface Traces extends AutoCloseable {

  /** Makes no spans. */
  Traces NONE = NoTraces.INSTANCE;

  /** Returns what makes the spans that are wanted. The caller closes it. */
  static Traces of(TraceSettings settings) {
    return settings.isOn() ? OtelTraces.start(settings) : NONE;
  }

  /**
   * Begins the span of a gateway's request.
   *
   * @param caller the client's; null if it sent none, or none that is valid
   */
  RequestSpan request(@Nullable TraceContext caller);

  /**
   * Begins the span of an attempt at a call, and notes it in the headers: so the next attempt finds
   * the first one, since it inherits these headers.
   *
   * @param received when the invoker read the call's record
   */
  AttemptSpan attempt(Headers record, Call call, Instant received);

  /** Sends the spans that have ended, within some seconds. */
  @Override
  void close();
}
