package fob.gateway.call;

import fob.call.Call;
import fob.call.CallHeaders;
import fob.call.RequestId;
import fob.call.TraceContext;
import fob.function.FunctionSpec;
import fob.traces.RequestSpan;
import fob.traces.Traces;
import io.javalin.http.Context;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
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
    RequestSpan span = traces.request(given(http));
    TraceContext own = span.trace(null);
    if (own != null) {
      http.header(TraceContext.PARENT, own.parent());
    }
    return span;
  }

  private static @Nullable TraceContext given(Context http) {
    String parent = http.header(TraceContext.PARENT);
    return parent == null
        ? null
        : TraceContext.of(
            parent, String.join(",", Collections.list(http.req().getHeaders(TraceContext.STATE))));
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
            span.trace(given(http)));
    return new Call(id, function.id().toString(), now, headers, payload);
  }
}
