package fob.invoker;

import fob.bus.ConsumerLoop;
import fob.bus.FunctionTable;
import fob.bus.Wire;
import fob.call.Call;
import fob.call.Failure;
import fob.call.Reply;
import fob.call.Response;
import fob.function.Limits;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one synchronous call from the bus to its reply, on a virtual thread of its own: one attempt
 * until the caller's deadline. Thread-safe.
 */
final class CallRunner {

  private static final Logger LOGGER = LoggerFactory.getLogger(CallRunner.class);

  private final FunctionTable functions;
  private final Lanes lanes;
  private final Courtesy courtesy;
  private final ReplyPublisher replies;
  private final InstantSource clock;

  CallRunner(
      FunctionTable functions,
      Lanes lanes,
      Courtesy courtesy,
      ReplyPublisher replies,
      InstantSource clock) {
    this.functions = functions;
    this.lanes = lanes;
    this.courtesy = courtesy;
    this.replies = replies;
    this.clock = clock;
  }

  /** Called on the poll thread: hands over and returns. */
  void handle(ConsumerRecord<String, byte[]> record, ConsumerLoop.Delivery delivery) {
    Instant received = clock.instant();
    Thread.ofVirtual().start(() -> run(record, received, delivery));
  }

  private void run(
      ConsumerRecord<String, byte[]> record, Instant received, ConsumerLoop.Delivery delivery) {
    Call call = Wire.decodeCall(record);
    Instant latest = received.plus(Limits.MAX_TIMEOUT);
    CallAttempt attempt =
        new CallAttempt(
            functions,
            lanes,
            courtesy,
            Waiting.Kind.SYNC,
            limits -> earlier(call.deadlineOr(limits.timeout()), latest),
            delivery::begin,
            call,
            received);
    Optional<Reply> reply;
    try {
      reply = attempt.answer();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    } catch (RuntimeException bug) {
      LOGGER.atError().addKeyValue("request", call.id()).setCause(bug).log("a call failed");
      reply =
          Optional.of(
              Reply.failed(Failure.UNREACHABLE, "fob failed to run the call; its log says why"));
    }
    reply.ifPresentOrElse(
        answer ->
            replies.publish(
                call.replyTo(),
                new Response(call.id(), call.function(), call.attempt(), attempt.timing(), answer),
                delivery::done),
        delivery::done);
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}
