package fob.traces;

import fob.call.RequestId;
import fob.call.TraceContext;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import org.jspecify.annotations.Nullable;

/** See {@link RequestSpan}. */
record OtelRequest(Span span) implements RequestSpan {

  private static final int FIRST_OF_SERVERS = 500;

  @Override
  public TraceContext trace(@Nullable TraceContext given) {
    return OtelTraces.trace(span);
  }

  @Override
  public void makes(String function, RequestId id) {
    span.setAttribute("fob.function", function).setAttribute("fob.request.id", id.value());
  }

  @Override
  public void end(int status) {
    span.setAttribute("http.response.status_code", status);
    if (status >= FIRST_OF_SERVERS) {
      span.setStatus(StatusCode.ERROR);
    }
    span.end();
  }
}
