package fob.invoker;

import fob.bus.loop.Delivery;
import fob.bus.table.FunctionTable;
import fob.bus.wire.PartChoice;
import fob.call.Call;
import fob.call.LogTail;
import fob.call.Reply;
import fob.call.Response;
import fob.call.Timing;
import fob.metrics.FunctionCalls;
import fob.traces.AttemptSpan;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Takes each call of one topic from its record through one attempt to its response. Each record is
 * handled on a virtual thread of its own. Thread-safe.
 *
 * @param <C> the decoded call
 */
final class CallRunner<C> {

  private final FunctionTable functions;
  private final Lanes lanes;
  private final CallSemantics<C> semantics;
  private final Placement placement;
  private final KeyedCalls keyed;
  private final Observation observation;

  CallRunner(
      FunctionTable functions,
      Lanes lanes,
      CallSemantics<C> semantics,
      Placement placement,
      KeyedCalls keyed,
      Observation observation) {
    this.functions = functions;
    this.lanes = lanes;
    this.semantics = semantics;
    this.placement = placement;
    this.keyed = keyed;
    this.observation = observation;
  }

  /** Returns the same runner for records of another topic, which are not traced. */
  CallRunner<C> with(CallSemantics<C> other, PartChoice otherChoice) {
    return new CallRunner<>(
        functions, lanes, other, placement.with(otherChoice), keyed, observation.untraced());
  }

  /** Starts to handle a record and returns at once. Called on the poll thread. */
  void handle(ConsumerRecord<String, byte[]> record, Delivery delivery) {
    Instant received = observation.clock().instant();
    Thread.ofVirtual().start(() -> run(record, received, delivery));
  }

  /**
   * Handles a record. The record is done in the end also if fob fails, because a record that is not
   * done keeps the offset of its partition from being committed.
   */
  private void run(ConsumerRecord<String, byte[]> record, Instant received, Delivery delivery) {
    try {
      attempt(record, received, delivery);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error bug) {
      InternalErrors.log(record, bug);
      finishWithInternalError(record, delivery);
    }
  }

  private void attempt(ConsumerRecord<String, byte[]> record, Instant received, Delivery delivery)
      throws InterruptedException {
    C decoded = semantics.decode(record);
    Call call = semantics.call(decoded);
    KeyedCalls.Refusal refusal =
        (why, then) -> semantics.finish(record, decoded, response(call, why), counts(call), then);
    if (placement.move(record, call, delivery)
        || !keyed.mayBegin(record, call, semantics.kind(), delivery, refusal)) {
      return;
    }
    CallAttempt attempt =
        new CallAttempt(
            functions,
            lanes,
            new Priority(semantics.kind(), semantics.since(decoded, received)),
            new LatestStart(limits -> semantics.latestStart(decoded, limits, received), received),
            delivery::begin,
            call);
    AttemptSpan span = observation.traces().attempt(record.headers(), call, received);
    try {
      run(record, decoded, attempt, span, delivery);
    } catch (RuntimeException | Error bug) {
      span.failed(bug);
      throw bug;
    }
  }

  private void run(
      ConsumerRecord<String, byte[]> record,
      C decoded,
      CallAttempt attempt,
      AttemptSpan span,
      Delivery delivery)
      throws InterruptedException {
    Call call = semantics.call(decoded);
    Optional<Reply> reply = attempt.run(span);
    List<String> log = attempt.printed().map(printed -> endOf(call, printed)).orElseGet(List::of);
    reply.ifPresentOrElse(
        of ->
            semantics.finish(
                record,
                decoded,
                new Response(
                    call.id(),
                    call.function(),
                    call.headers().attempt(),
                    attempt.timing(),
                    of,
                    log,
                    span.trace(call.headers().trace())),
                attempt.counts(),
                span.publishing(of, () -> keyed.end(record, call, delivery))),
        () -> {
          span.abandon();
          delivery.done();
        });
  }

  /**
   * Publishes what the call has printed, where that is needed, and returns what its caller gets.
   */
  private List<String> endOf(Call call, Printed printed) {
    if (CallLogs.areNeeded(functions)) {
      observation.logs().publish(call, printed);
    }
    return LogTail.of(printed.lines(), call.headers().logBytes());
  }

  /** The response to a call without an attempt, or whose attempt has failed in fob. */
  private static Response response(Call call, Reply reply) {
    return new Response(
        call.id(),
        call.function(),
        call.headers().attempt(),
        Timing.NONE,
        reply,
        List.of(),
        call.headers().trace());
  }

  private void finishWithInternalError(ConsumerRecord<String, byte[]> record, Delivery delivery) {
    try {
      C decoded = semantics.decode(record);
      Call call = semantics.call(decoded);
      Response response = response(call, InternalErrors.REPLY);
      semantics.finish(
          record, decoded, response, counts(call), () -> keyed.end(record, call, delivery));
    } catch (RuntimeException e) {
      // The record cannot be decoded, so nobody can be told. The log has the first exception.
      delivery.done();
    }
  }

  /** Looks the counts up for a call without an attempt. */
  private FunctionCalls counts(Call call) {
    return lanes.counts(functions.lookup().find(call.function(), Placement.lot(call)));
  }
}
