package fob.invoker;

import fob.bus.wire.CallWire;
import fob.call.Call;
import fob.call.Reply;
import fob.call.Response;
import fob.call.TraceContext;
import fob.metrics.CallEnd;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Describes the end of an attempt for the metrics. */
final class CallEnds {

  /** A W3C Trace Context whose caller records the trace. */
  private static final Pattern RECORDED =
      Pattern.compile("00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f][13579bdf]");

  private CallEnds() {}

  static CallEnd of(
      ConsumerRecord<String, byte[]> record, CallKind kind, Call call, Response response) {
    return new CallEnd(
        CallWire.isFromGateway(record) ? ofGateway(kind) : CallEnd.Kind.KAFKA,
        response.reply() instanceof Reply.Failed failed ? failed.failure() : null,
        response.timing(),
        call.payload().length,
        response.reply() instanceof Reply.Answered answered ? answered.body().length : 0,
        traceId(call.headers().trace()));
  }

  private static CallEnd.Kind ofGateway(CallKind kind) {
    return switch (kind) {
      case SYNC -> CallEnd.Kind.SYNC;
      case ASYNC -> CallEnd.Kind.ASYNC;
    };
  }

  private static @Nullable String traceId(@Nullable TraceContext trace) {
    if (trace == null) {
      return null;
    }
    Matcher recorded = RECORDED.matcher(trace.parent());
    return recorded.matches() ? recorded.group(1) : null;
  }
}
