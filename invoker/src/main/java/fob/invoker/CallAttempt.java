package fob.invoker;

import fob.bus.FunctionTable;
import fob.bus.wire.Json;
import fob.call.Call;
import fob.call.Failure;
import fob.call.Reply;
import fob.call.Timing;
import fob.function.FunctionId;
import fob.function.FunctionName;
import fob.function.FunctionState;
import fob.function.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
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

  private static final Outcome INTERNAL =
      new Outcome.NotStarted("fob failed to run the call", Health.REFUSES);

  private final FunctionTable functions;
  private final Lanes lanes;
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
      Waiting.Kind kind,
      Function<Limits, Instant> patience,
      BooleanSupplier begin,
      Call call,
      Instant received) {
    this.functions = functions;
    this.lanes = lanes;
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
    if (FunctionId.parse(call.function()).isEmpty() && !FunctionName.isValid(call.function())) {
      return Optional.of(Reply.failed(Failure.BAD_REQUEST, noName()));
    }
    Optional<FunctionId> id = functions.resolve(call.function());
    return id.isPresent() ? answer(id.get()) : Optional.of(Lanes.unknown(call.function()));
  }

  private String noName() {
    return (call.function().isEmpty()
            ? "the call names no function"
            : "'" + call.function() + "' is neither a function's id nor a name")
        + ": put one into the record's key, or into the header fob-function";
  }

  private Optional<Reply> answer(FunctionId id) throws InterruptedException {
    Lane lane = lanes.lane(id);
    String lastTry = "";
    while (true) {
      long start = System.nanoTime();
      Lane.Turn turn = lane.take(this::until, kind);
      await = await.plusNanos(System.nanoTime() - start);
      switch (turn) {
        case Lane.Turn.Granted(Place place, FunctionState function) -> {
          switch (runIn(place, lane, function.spec().limits())) {
            case null -> {
              return Optional.empty();
            }
            case Outcome.Over(Reply reply, _) -> {
              return Optional.of(reply);
            }
            case Outcome.NotStarted(String why, _) -> {
              LOGGER.atDebug().addKeyValue("request", call.id()).log("not started: {}", why);
              lastTry = why;
            }
          }
          Optional<Reply> away = platformAway();
          if (away.isPresent()) {
            return away;
          }
        }
        case Lane.Turn.Refused(Reply.Failed reply) -> {
          return Optional.of(trueReason(reply, lastTry));
        }
        case Lane.Turn.Unknown() -> {
          lanes.forget(id);
          return Optional.of(Lanes.unknown(call.function()));
        }
      }
    }
  }

  private Reply trueReason(Reply.Failed reply, String lastTry) {
    if (reply.failure() != Failure.EXPIRED) {
      return reply;
    }
    return platformAway()
        .orElseGet(() ->
            lastTry.isEmpty()
                ? reply
                : new Reply.Failed(
                    reply.failure(),
                    reply.message() + "; its last try: " + lastTry,
                    reply.error()));
  }

  /** Where instances did not take the call because they have all ended. */
  private Optional<Reply> platformAway() {
    return functions
        .platformAway()
        .map(why -> Reply.failed(Failure.PLATFORM_AWAY, "the call was not run: " + why));
  }

  /** Until when the call waits for a place. */
  private Instant until(Optional<FunctionState> known) {
    Instant deadline =
        patience.apply(known.map(state -> state.spec().limits()).orElse(Limits.DEFAULT));
    Instant grace = received.plus(UNKNOWN_GRACE);
    return known.isPresent() || deadline.isBefore(grace) ? deadline : grace;
  }

  /** Null: the call is another invoker's. It begins only when nothing is waited for any more. */
  private @Nullable Outcome runIn(Place place, Lane lane, Limits limits) {
    Outcome outcome = INTERNAL;
    boolean hasBegun = false;
    long began = System.nanoTime();
    try {
      if (!begin.getAsBoolean()) {
        return null;
      }
      // Whoever stood still, or waited for word from the bus, may be too late by now.
      Instant now = Instant.now();
      Instant deadline = patience.apply(limits);
      if (!now.isBefore(deadline)) {
        return new Outcome.Over(Refusals.gotPlaceTooLate(), Health.SERVES);
      }
      hasBegun = true;
      // Nobody waits for an asynchronous call: it has all of its time.
      outcome =
          place.client.run(
              call,
              kind == Waiting.Kind.ASYNC ? now.plus(limits.timeout()) : deadline,
              limits.timeout());
      return outcome;
    } finally {
      if (hasBegun) {
        running = Duration.ofNanos(System.nanoTime() - began);
        lane.release(place, kind, outcome, began);
      } else {
        lane.giveBack(place, kind);
      }
    }
  }

  Timing timing() {
    Duration queue = Duration.between(call.sent(), received);
    return new Timing(queue.isNegative() ? Duration.ZERO : queue, await, running);
  }
}
