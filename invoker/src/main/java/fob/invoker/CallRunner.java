package fob.invoker;

import fob.bus.ConsumerLoop;
import fob.bus.FunctionTable;
import fob.bus.wire.CallWire;
import fob.call.Call;
import fob.call.Response;
import fob.call.Timing;
import fob.function.Limits;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Takes one synchronous call from the bus to its reply, on a virtual thread of its own: one attempt
 * until the caller's deadline. Thread-safe.
 */
final class CallRunner {

  private final FunctionTable functions;
  private final Lanes lanes;
  private final ReplyPublisher replies;
  private final InstantSource clock;

  CallRunner(FunctionTable functions, Lanes lanes, ReplyPublisher replies, InstantSource clock) {
    this.functions = functions;
    this.lanes = lanes;
    this.replies = replies;
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
      answer(record, received, delivery);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error bug) {
      Bugs.log(record, bug);
      tell(record, delivery);
    }
  }

  private void tell(ConsumerRecord<String, byte[]> record, ConsumerLoop.Delivery delivery) {
    try {
      Call call = CallWire.decode(record);
      replies.publish(
          call.headers().replyTo(),
          new Response(
              call.id(), call.function(), call.headers().attempt(), Timing.NONE, Bugs.REPLY),
          delivery::done);
    } catch (RuntimeException nobodyToTell) {
      delivery.done();
    }
  }

  private void answer(
      ConsumerRecord<String, byte[]> record, Instant received, ConsumerLoop.Delivery delivery)
      throws InterruptedException {
    Call call = CallWire.decode(record);
    Instant latest = received.plus(Limits.MAX_TIMEOUT);
    CallAttempt attempt =
        new CallAttempt(
            functions,
            lanes,
            Waiting.Kind.SYNC,
            limits -> earlier(call.deadlineOr(limits.timeout()), latest),
            delivery::begin,
            call,
            received);
    attempt
        .answer()
        .ifPresentOrElse(
            reply ->
                replies.publish(
                    call.headers().replyTo(),
                    new Response(
                        call.id(),
                        call.function(),
                        call.headers().attempt(),
                        attempt.timing(),
                        reply),
                    delivery::done),
            delivery::done);
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}
