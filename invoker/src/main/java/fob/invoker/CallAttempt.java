package fob.invoker;

import fob.bus.FunctionTable;
import fob.bus.Json;
import fob.call.Call;
import fob.call.Failure;
import fob.call.Reply;
import fob.call.Timing;
import fob.function.FunctionId;
import fob.function.FunctionState;
import fob.function.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt at a call: finds its function, waits for a place in an instance and runs it there. At
 * most one instance runs it: what is known not to have started is tried again until the patience
 * ends, anything else is the reply. Used by one thread.
 */
final class CallAttempt {

  private static final Logger LOGGER = LoggerFactory.getLogger(CallAttempt.class);

  /** How far this invoker's view of the functions may lag behind a gateway's. */
  static final Duration UNKNOWN_GRACE = Duration.ofSeconds(10);

  private static final Duration REST_AFTER_REFUSAL = Duration.ofMillis(20);

  /**
   * An instance with a stuck call is replaced; where the call holds the interpreter, the instance
   * takes calls without running them until it is ended, a good second after the timeout.
   */
  private static final Duration REST_AFTER_TIMEOUT = Duration.ofSeconds(3);

  private static final Duration NO_REST = Duration.ZERO;

  private final FunctionTable functions;
  private final Lanes lanes;
  private final Courtesy courtesy;
  private final Waiting.Kind kind;
  private final Function<Limits, Instant> patience;
  private final BooleanSupplier begin;
  private final Call call;
  private final Instant received;
  private Duration await = Duration.ZERO;
  private Duration running = Duration.ZERO;

  /**
   * @param patience until when the call may begin, given its function's limits
   * @param begin asked before the call reaches an instance: whether it is still this invoker's
   * @param received when this invoker read the call
   */
  CallAttempt(
      FunctionTable functions,
      Lanes lanes,
      Courtesy courtesy,
      Waiting.Kind kind,
      Function<Limits, Instant> patience,
      BooleanSupplier begin,
      Call call,
      Instant received) {
    this.functions = functions;
    this.lanes = lanes;
    this.courtesy = courtesy;
    this.kind = kind;
    this.patience = patience;
    this.begin = begin;
    this.call = call;
    this.received = received;
  }

  /** Runs to the end. Empty: the call became another invoker's before it began. */
  Optional<Reply> answer() throws InterruptedException {
    if (call.isJson() && call.payload().length > 0) {
      try {
        Json.requireObject(call.payload());
      } catch (IllegalArgumentException e) {
        return Optional.of(
            Reply.failed(Failure.BAD_REQUEST, "the parameters are wrong: " + e.getMessage()));
      }
    }
    Optional<FunctionId> id = functions.resolve(call.function());
    return id.isPresent() ? answer(id.get()) : Optional.of(Lanes.unknown(call.function()));
  }

  private Optional<Reply> answer(FunctionId id) throws InterruptedException {
    Lane lane = lanes.lane(id);
    while (true) {
      Optional<FunctionState> known = lane.state();
      Instant deadline = patience.apply(limits(known));
      Instant until = known.isPresent() ? deadline : earlier(deadline, unknownUntil());
      long start = System.nanoTime();
      Lane.Turn turn = lane.take(until, kind);
      await = await.plusNanos(System.nanoTime() - start);
      switch (turn) {
        case Lane.Turn.Granted(Lane.Place place) -> {
          Optional<Outcome> outcome = runIn(place, lane, deadline);
          if (outcome.isEmpty()) {
            return Optional.empty();
          }
          if (outcome.get() instanceof Outcome.Over(Reply reply)) {
            return Optional.of(reply);
          }
        }
        case Lane.Turn.Refused(Reply.Failed reply) -> {
          if (lane.state().isPresent() || reply.failure() != Failure.EXPIRED) {
            return Optional.of(reply);
          }
          lanes.forget(id);
          return Optional.of(Lanes.unknown(call.function()));
        }
      }
    }
  }

  /** Empty: the call is another invoker's. It begins only when nothing is waited for any more. */
  private Optional<Outcome> runIn(Lane.Place place, Lane lane, Instant deadline)
      throws InterruptedException {
    if (kind == Waiting.Kind.SYNC) {
      courtesy.syncSeen();
      return runIfOurs(place, lane, deadline);
    }
    try {
      courtesy.enter();
    } catch (InterruptedException e) {
      lane.release(place, NO_REST);
      throw e;
    }
    try {
      return runIfOurs(place, lane, deadline);
    } finally {
      courtesy.leave();
    }
  }

  private Optional<Outcome> runIfOurs(Lane.Place place, Lane lane, Instant deadline) {
    if (!begin.getAsBoolean()) {
      lane.release(place, NO_REST);
      return Optional.empty();
    }
    return Optional.of(runNow(place, lane, deadline));
  }

  private Outcome runNow(Lane.Place place, Lane lane, Instant deadline) {
    Duration rest = REST_AFTER_REFUSAL;
    long start = System.nanoTime();
    try {
      Duration timeout = limits(lane.state()).timeout();
      // Nobody waits for an asynchronous call: it has all of its time.
      Instant until = kind == Waiting.Kind.ASYNC ? Instant.now().plus(timeout) : deadline;
      Outcome outcome = place.client.run(call, until, timeout);
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
