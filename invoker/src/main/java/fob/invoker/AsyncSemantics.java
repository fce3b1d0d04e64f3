package fob.invoker;

import fob.bus.table.FunctionTable;
import fob.bus.wire.AsyncCallWire;
import fob.call.AsyncCall;
import fob.call.Call;
import fob.call.Reply;
import fob.call.Response;
import fob.function.FunctionState;
import fob.function.Limits;
import fob.function.RetryPolicy;
import fob.metrics.FunctionCalls;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Asynchronous calls: a call waits in this invoker for 30 s at most, and {@link RetryRules} decides
 * after each attempt whether the call ends, is retried or is postponed. Thread-safe.
 */
final class AsyncSemantics implements CallSemantics<AsyncCall> {

  /** A call that waits longer than this goes back to Kafka, where waiting takes no memory. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final FunctionTable functions;
  private final Lanes lanes;
  private final RetryRules rules;
  private final AsyncOutcomes outcomes;
  private final InstantSource clock;

  AsyncSemantics(
      FunctionTable functions,
      Lanes lanes,
      RetryRules rules,
      AsyncOutcomes outcomes,
      InstantSource clock) {
    this.functions = functions;
    this.lanes = lanes;
    this.rules = rules;
    this.outcomes = outcomes;
    this.clock = clock;
  }

  @Override
  public CallKind kind() {
    return CallKind.ASYNC;
  }

  @Override
  public AsyncCall decode(ConsumerRecord<String, byte[]> record) {
    return AsyncCallWire.decode(record);
  }

  @Override
  public Call call(AsyncCall decoded) {
    return decoded.call();
  }

  @Override
  public Instant since(AsyncCall decoded, Instant received) {
    return decoded.accepted();
  }

  @Override
  public Instant latestStart(AsyncCall decoded, Limits limits, Instant received) {
    Instant expiry = RetryRules.expiry(decoded, retryPolicy(decoded));
    Instant latest = received.plus(LONGEST_WAIT);
    return expiry.isBefore(latest) ? expiry : latest;
  }

  @Override
  public void finish(
      ConsumerRecord<String, byte[]> record,
      AsyncCall decoded,
      Response response,
      FunctionCalls counts,
      Runnable done) {
    switch (rules.decide(decoded, retryPolicy(decoded), response.reply(), clock.instant())) {
      case RetryRules.Decision.End(Reply last) -> {
        Response ended = response.with(last);
        counts.ended(CallEnds.of(record, kind(), decoded.call(), ended));
        if (last instanceof Reply.Failed) {
          counts.deadLetter();
        }
        outcomes.end(record, decoded, ended, done);
      }
      case RetryRules.Decision.Retry(var failed, Instant next) -> {
        counts.ended(CallEnds.of(record, kind(), decoded.call(), response));
        counts.retried();
        outcomes.retry(record, decoded.after(failed), next, done);
      }
      case RetryRules.Decision.Postpone postponed -> {
        counts.postponed();
        outcomes.postpone(record, decoded, postponed, done);
      }
    }
  }

  /** Looked up at each use, since the function may have become known in the meantime. */
  private RetryPolicy retryPolicy(AsyncCall call) {
    return functions
        .lookup()
        .find(call.call().function(), Placement.lot(call.call()))
        .flatMap(lanes::known)
        .map(FunctionState::spec)
        .map(spec -> spec.retry())
        .orElse(RetryPolicy.DEFAULT);
  }
}
