package fob.invoker;

import fob.bus.AsyncWire;
import fob.bus.ConsumerLoop;
import fob.bus.FunctionTable;
import fob.call.AsyncCall;
import fob.call.Failure;
import fob.call.Reply;
import fob.call.Response;
import fob.call.Timing;
import fob.function.FunctionState;
import fob.function.RetryPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one asynchronous call through one attempt, on a virtual thread of its own, and sees to what
 * becomes of it: a reply, another attempt, or a dead letter. Thread-safe.
 */
final class AsyncRunner {

  private static final Logger LOGGER = LoggerFactory.getLogger(AsyncRunner.class);

  /** How long a call may wait here; then it waits on the bus, where it costs no memory. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final FunctionTable functions;
  private final Lanes lanes;
  private final Courtesy courtesy;
  private final RetryRules rules;
  private final AsyncOutcomes outcomes;
  private final InstantSource clock;

  AsyncRunner(
      FunctionTable functions,
      Lanes lanes,
      Courtesy courtesy,
      RetryRules rules,
      AsyncOutcomes outcomes,
      InstantSource clock) {
    this.functions = functions;
    this.lanes = lanes;
    this.courtesy = courtesy;
    this.rules = rules;
    this.outcomes = outcomes;
    this.clock = clock;
  }

  /** Called on the poll thread: hands over and returns. */
  void handle(ConsumerRecord<String, byte[]> record, ConsumerLoop.Delivery delivery) {
    Instant received = clock.instant();
    Thread.ofVirtual().start(() -> run(record, received, delivery));
  }

  private void run(
      ConsumerRecord<String, byte[]> record, Instant received, ConsumerLoop.Delivery delivery) {
    AsyncCall call = AsyncWire.decode(record);
    RetryPolicy policy = policy(call);
    Instant expiry = RetryRules.expiry(call, policy);
    Instant patience = received.plus(PATIENCE);
    CallAttempt attempt =
        new CallAttempt(
            functions,
            lanes,
            courtesy,
            Waiting.Kind.ASYNC,
            limits -> expiry.isBefore(patience) ? expiry : patience,
            delivery::begin,
            call.call(),
            received);
    try {
      attempt
          .answer()
          .ifPresentOrElse(
              reply -> settle(record, call, policy, reply, attempt.timing(), delivery::done),
              delivery::done);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException bug) {
      LOGGER.atError().addKeyValue("request", call.call().id()).setCause(bug).log("a call failed");
      Reply reply =
          Reply.failed(Failure.UNREACHABLE, "fob failed to run the call; its log says why");
      settle(record, call, policy, reply, attempt.timing(), delivery::done);
    }
  }

  private void settle(
      ConsumerRecord<String, byte[]> record,
      AsyncCall call,
      RetryPolicy policy,
      Reply reply,
      Timing timing,
      Runnable done) {
    switch (rules.judge(call, policy, reply, clock.instant())) {
      case RetryRules.Verdict.Over(Reply last) ->
          outcomes.over(
              record,
              call,
              new Response(
                  call.call().id(), call.call().function(), call.call().attempt(), timing, last),
              done);
      case RetryRules.Verdict.Again(var failed, Instant next) ->
          outcomes.again(record, call.after(failed), next, done);
      case RetryRules.Verdict.Later(Instant next) -> outcomes.later(record, call, next, done);
    }
  }

  private RetryPolicy policy(AsyncCall call) {
    return functions
        .resolve(call.call().function())
        .flatMap(lanes::known)
        .map(FunctionState::spec)
        .map(spec -> spec.retry())
        .orElse(RetryPolicy.DEFAULT);
  }
}
