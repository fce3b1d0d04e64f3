package fob.invoker;

import fob.bus.loop.Delivery;
import fob.bus.table.FunctionTable;
import fob.call.Call;
import fob.call.Reply;
import fob.call.Response;
import fob.call.Timing;
import java.time.Instant;
import java.time.InstantSource;
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
  private final InstantSource clock;

  CallRunner(
      FunctionTable functions, Lanes lanes, CallSemantics<C> semantics, InstantSource clock) {
    this.functions = functions;
    this.lanes = lanes;
    this.semantics = semantics;
    this.clock = clock;
  }

  /** Starts to handle a record and returns at once. Called on the poll thread. */
  void handle(ConsumerRecord<String, byte[]> record, Delivery delivery) {
    Instant received = clock.instant();
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
    CallAttempt attempt =
        new CallAttempt(
            functions,
            lanes,
            semantics.kind(),
            limits -> semantics.latestStart(decoded, limits, received),
            delivery::begin,
            semantics.call(decoded),
            received);
    attempt
        .run()
        .ifPresentOrElse(
            reply -> finish(record, decoded, reply, attempt.timing(), delivery), delivery::done);
  }

  private void finishWithInternalError(ConsumerRecord<String, byte[]> record, Delivery delivery) {
    try {
      finish(record, semantics.decode(record), InternalErrors.REPLY, Timing.NONE, delivery);
    } catch (RuntimeException e) {
      // The record cannot be decoded, so nobody can be told. The log has the first exception.
      delivery.done();
    }
  }

  private void finish(
      ConsumerRecord<String, byte[]> record,
      C decoded,
      Reply reply,
      Timing timing,
      Delivery delivery) {
    Call call = semantics.call(decoded);
    Response response =
        new Response(call.id(), call.function(), call.headers().attempt(), timing, reply);
    semantics.finish(record, decoded, response, delivery::done);
  }
}
