package fob.invoker;

import fob.bus.FunctionTable;
import fob.bus.Json;
import fob.bus.Wire;
import fob.call.Call;
import fob.call.Failure;
import fob.call.Reply;
import fob.call.Response;
import fob.call.Timing;
import fob.function.FunctionId;
import fob.function.FunctionState;
import fob.function.Limits;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one call from the bus to its reply, on a virtual thread of its own. At most one attempt
 * reaches the function: what is known not to have started is tried again until the deadline,
 * anything else is told to the caller. Thread-safe.
 */
final class CallRunner {

  private static final Logger LOGGER = LoggerFactory.getLogger(CallRunner.class);

  /** How far this invoker's view of the functions may lag behind a gateway's. */
  private static final Duration UNKNOWN_GRACE = Duration.ofSeconds(10);

  private static final Duration REST_AFTER_REFUSAL = Duration.ofMillis(20);

  /**
   * An instance with a stuck call is replaced; where the call holds the interpreter, the instance
   * takes calls without running them until it is ended, a good second after the timeout.
   */
  private static final Duration REST_AFTER_TIMEOUT = Duration.ofSeconds(3);

  private static final Duration NO_REST = Duration.ZERO;

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
  void handle(ConsumerRecord<String, byte[]> record, Runnable done) {
    Instant received = clock.instant();
    Thread.ofVirtual().start(() -> run(record, received, done));
  }

  private void run(ConsumerRecord<String, byte[]> record, Instant received, Runnable done) {
    Call call = Wire.decodeCall(record);
    Run run = new Run(call, received);
    Reply reply;
    try {
      reply = run.answer();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    } catch (RuntimeException bug) {
      LOGGER.atError().addKeyValue("request", call.id()).setCause(bug).log("a call failed");
      reply = Reply.failed(Failure.UNREACHABLE, "fob failed to run the call; its log says why");
    }
    replies.publish(
        call.replyTo(),
        new Response(call.id(), call.function(), call.attempt(), run.timing(), reply),
        done);
  }

  /** One call under way; used by one thread. */
  private final class Run {

    private final Call call;
    private final Instant received;
    private Duration await = Duration.ZERO;
    private Duration running = Duration.ZERO;

    Run(Call call, Instant received) {
      this.call = call;
      this.received = received;
    }

    Reply answer() throws InterruptedException {
      if (call.isJson() && call.payload().length > 0) {
        try {
          Json.requireObject(call.payload());
        } catch (IllegalArgumentException e) {
          return Reply.failed(Failure.BAD_REQUEST, "the parameters are wrong: " + e.getMessage());
        }
      }
      Optional<FunctionId> id = functions.resolve(call.function());
      return id.isPresent() ? answer(id.get()) : Lanes.unknown(call.function());
    }

    private Reply answer(FunctionId id) throws InterruptedException {
      Lane lane = lanes.lane(id);
      while (true) {
        Optional<FunctionState> known = lane.state();
        Instant deadline =
            earlier(call.deadlineOr(limits(known).timeout()), received.plus(Limits.MAX_TIMEOUT));
        Instant patience = known.isPresent() ? deadline : earlier(deadline, unknownUntil());
        long start = System.nanoTime();
        Lane.Turn turn = lane.take(patience);
        await = await.plusNanos(System.nanoTime() - start);
        switch (turn) {
          case Lane.Turn.Granted(Lane.Place place) -> {
            Outcome outcome = runIn(place, lane, deadline);
            if (outcome instanceof Outcome.Over(Reply reply)) {
              return reply;
            }
          }
          case Lane.Turn.Refused(Reply.Failed reply) -> {
            if (lane.state().isPresent() || reply.failure() != Failure.EXPIRED) {
              return reply;
            }
            lanes.forget(id);
            return Lanes.unknown(call.function());
          }
        }
      }
    }

    private Outcome runIn(Lane.Place place, Lane lane, Instant deadline) {
      Duration rest = REST_AFTER_REFUSAL;
      long start = System.nanoTime();
      try {
        Outcome outcome = place.client.run(call, deadline, limits(lane.state()).timeout());
        rest = restAfter(outcome);
        return outcome;
      } finally {
        running = Duration.ofNanos(System.nanoTime() - start);
        lane.release(place, rest);
      }
    }

    private Duration restAfter(Outcome outcome) {
      return switch (outcome) {
        case Outcome.NotStarted(String why) -> {
          LOGGER.atDebug().addKeyValue("request", call.id()).log("not started: {}", why);
          yield REST_AFTER_REFUSAL;
        }
        case Outcome.Over(Reply.Failed failed) ->
            switch (failed.failure()) {
              case TIMEOUT -> REST_AFTER_TIMEOUT;
              case UNREACHABLE -> REST_AFTER_REFUSAL;
              default -> NO_REST;
            };
        case Outcome.Over(Reply.Answered _) -> NO_REST;
      };
    }

    private Instant unknownUntil() {
      return received.plus(UNKNOWN_GRACE);
    }

    private static Limits limits(Optional<FunctionState> state) {
      return state.map(known -> known.spec().limits()).orElse(Limits.DEFAULT);
    }

    private static Instant earlier(Instant one, Instant other) {
      return one.isBefore(other) ? one : other;
    }

    Timing timing() {
      Duration queue = Duration.between(call.sent(), received);
      return new Timing(queue.isNegative() ? Duration.ZERO : queue, await, running);
    }
  }
}
