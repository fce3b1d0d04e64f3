package fob.invoker;

import fob.bus.ConsumerLoop;
import fob.bus.FunctionTable;
import fob.bus.wire.AsyncCallWire;
import fob.call.AsyncCall;
import fob.call.Reply;
import fob.call.Response;
import fob.call.Timing;
import fob.function.FunctionState;
import fob.function.RetryPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Takes one asynchronous call through one attempt, on a virtual thread of its own, and sees to what
 * becomes of it: a reply, another attempt, or a dead letter. Thread-safe.
 */
final class AsyncRunner {

  /** How long a call may wait here; then it waits on the bus, where it costs no memory. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final FunctionTable functions;
  private final Lanes lanes;
  private final RetryRules rules;
  private final AsyncOutcomes outcomes;
  private final InstantSource clock;

  AsyncRunner(
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

  /** Called on the poll thread: hands over and returns. */
  void handle(ConsumerRecord<String, byte[]> record, ConsumerLoop.Delivery delivery) {
    Instant received = clock.instant();
    Thread.ofVirtual().start(() -> run(record, received, delivery));
  }

  /** Whatever happens, the record is done in the end: one that is not would hold up the others. */
  private void run(
      ConsumerRecord<String, byte[]> record, Instant received, ConsumerLoop.Delivery delivery) {
    try {
      attempt(record, received, delivery);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error bug) {
      Bugs.log(record, bug);
      tell(record, delivery);
    }
  }

  private void tell(ConsumerRecord<String, byte[]> record, ConsumerLoop.Delivery delivery) {
    try {
      settle(record, AsyncCallWire.decode(record), Bugs.REPLY, Timing.NONE, delivery::done);
    } catch (RuntimeException nobodyToTell) {
      delivery.done();
    }
  }

  private void attempt(
      ConsumerRecord<String, byte[]> record, Instant received, ConsumerLoop.Delivery delivery)
      throws InterruptedException {
    AsyncCall call = AsyncCallWire.decode(record);
    Instant patience = received.plus(PATIENCE);
    CallAttempt attempt =
        new CallAttempt(
            functions,
            lanes,
            Waiting.Kind.ASYNC,
            _ -> earlier(RetryRules.expiry(call, policy(call)), patience),
            delivery::begin,
            call.call(),
            received);
    attempt
        .answer()
        .ifPresentOrElse(
            reply -> settle(record, call, reply, attempt.timing(), delivery::done), delivery::done);
  }

  private void settle(
      ConsumerRecord<String, byte[]> record,
      AsyncCall call,
      Reply reply,
      Timing timing,
      Runnable done) {
    switch (rules.judge(call, policy(call), reply, clock.instant())) {
      case RetryRules.Verdict.Over(Reply last) ->
          outcomes.over(
              record,
              call,
              new Response(
                  call.call().id(),
                  call.call().function(),
                  call.call().headers().attempt(),
                  timing,
                  last),
              done);
      case RetryRules.Verdict.Again(var failed, Instant next) ->
          outcomes.again(record, call.after(failed), next, done);
      case RetryRules.Verdict.Later(Instant next) -> outcomes.later(record, call, next, done);
    }
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  /** As it is known now: the function may be new to this invoker. */
  private RetryPolicy policy(AsyncCall call) {
    return functions
        .resolve(call.call().function())
        .flatMap(lanes::known)
        .map(FunctionState::spec)
        .map(spec -> spec.retry())
        .orElse(RetryPolicy.DEFAULT);
  }
}
