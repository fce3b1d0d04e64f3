package fob.traces;

import fob.call.RequestId;
import fob.call.TraceContext;
import org.jspecify.annotations.Nullable;

/** The span of a request to a gateway that makes a call. Used by one thread at a time. */
public interface RequestSpan {

  /** Returns what the call carries: the given one if no span is made. */
  @Nullable TraceContext trace(@Nullable TraceContext given);

  /** Tells which call the request makes. */
  void makes(String function, RequestId id);

  /** Ends the span. */
  void end(int status);
}
