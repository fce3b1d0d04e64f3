package fob.bus.wire;

import fob.call.RequestId;
import fob.call.TraceContext;
import org.apache.kafka.common.header.Headers;
import org.slf4j.spi.LoggingEventBuilder;

/** What a log line about a call says of it. */
public final class CallLogging {

  /** The key of the request id. */
  public static final String REQUEST = "request";

  /** The key of the trace id. */
  public static final String TRACE = "trace";

  private CallLogging() {}

  /**
   * Adds the request id and the trace id of a record's call to a line.
   *
   * @param headers of a record, which may belong to no call
   */
  public static LoggingEventBuilder about(LoggingEventBuilder line, Headers headers) {
    LoggingEventBuilder named =
        TextHeaders.read(headers, CallWire.REQUEST_ID)
            .filter(RequestId::isValid)
            .map(id -> line.addKeyValue(REQUEST, id))
            .orElse(line);
    return TextHeaders.read(headers, TraceContext.PARENT)
        .flatMap(TraceContext::traceId)
        .map(id -> named.addKeyValue(TRACE, id))
        .orElse(named);
  }
}
