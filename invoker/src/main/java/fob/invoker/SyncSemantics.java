package fob.invoker;

import fob.bus.wire.CallWire;
import fob.call.Call;
import fob.call.Response;
import fob.function.Limits;
import fob.metrics.FunctionCalls;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Synchronous calls: a call may start until its caller's deadline, and gets one attempt, whose
 * response is published. Thread-safe.
 */
final class SyncSemantics implements CallSemantics<Call> {

  private final ReplyPublisher replies;
  private final boolean areCounted;

  SyncSemantics(ReplyPublisher replies) {
    this(replies, true);
  }

  /**
   * @param areCounted whether the calls are those of users
   */
  SyncSemantics(ReplyPublisher replies, boolean areCounted) {
    this.replies = replies;
    this.areCounted = areCounted;
  }

  @Override
  public CallKind kind() {
    return CallKind.SYNC;
  }

  @Override
  public Call decode(ConsumerRecord<String, byte[]> record) {
    return CallWire.decode(record);
  }

  @Override
  public Call call(Call decoded) {
    return decoded;
  }

  @Override
  public Instant since(Call decoded, Instant received) {
    return received;
  }

  /** Returns the deadline, but no later time than the longest timeout of a function from now. */
  @Override
  public Instant latestStart(Call decoded, Limits limits, Instant received) {
    Instant deadline = decoded.deadlineOr(limits.timeout());
    Instant latest = received.plus(Limits.MAX_TIMEOUT);
    return deadline.isBefore(latest) ? deadline : latest;
  }

  @Override
  public void finish(
      ConsumerRecord<String, byte[]> record,
      Call decoded,
      Response response,
      FunctionCalls counts,
      Runnable done) {
    if (areCounted) {
      counts.ended(CallEnds.of(record, kind(), decoded, response));
    }
    replies.publish(decoded.headers().replyTo(), response, done);
  }
}
