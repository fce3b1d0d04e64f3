package fob.traces;

import fob.call.RequestId;
import org.jspecify.annotations.Nullable;

/** The span of a request to a gateway that makes a call. Used by one thread at a time. */
public interface RequestSpan {

  /** Returns what the call carries: the given header if no span is made. */
  @Nullable String traceparent(@Nullable String given);

  /** Tells which call the request makes. */
  void makes(String function, RequestId id);

  /** Ends the span. */
  void end(int status);
}
