package fob.gateway.call;

import fob.call.Call;
import fob.call.CallHeaders;
import fob.call.RequestId;
import fob.function.FunctionSpec;
import fob.traces.RequestSpan;
import fob.traces.Traceparent;
import fob.traces.Traces;
import io.javalin.http.Context;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The time of calls, and their traces. Thread-safe. */
public record CallContext(InstantSource clock, Traces traces) {

  /** The status of a span whose request has failed in an unknown way. */
  static final int FAILED = 500;

  CallContext untraced() {
    return new CallContext(clock, Traces.NONE);
  }

  /** Begins the span of a request. If spans are made, the reply tells which one. */
  RequestSpan begin(Context http) {
    RequestSpan span = traces.request(traceparent(http));
    String own = span.traceparent(null);
    if (own != null) {
      http.header(Traceparent.HEADER, own);
    }
    return span;
  }

  private static @Nullable String traceparent(Context http) {
    return Traceparent.valid(http.header(Traceparent.HEADER));
  }

  /** Makes a call of now, with what the request's headers say. */
  Call call(
      Context http,
      RequestSpan span,
      RequestId id,
      FunctionSpec function,
      String contentType,
      byte[] payload,
      boolean respondAsync) {
    Instant now = clock.instant();
    span.makes(function.id().toString(), id);
    CallHeaders headers =
        CallHeaders.of(
            respondAsync ? null : now.plus(function.limits().timeout()),
            contentType,
            span.traceparent(traceparent(http)));
    return new Call(id, function.id().toString(), now, headers, payload);
  }
}
