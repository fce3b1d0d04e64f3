package fob.invoker;

import fob.bus.table.FunctionTable;
import fob.bus.wire.CallLogging;
import fob.call.Call;
import fob.call.Reply;
import fob.call.Timing;
import fob.function.FunctionId;
import fob.function.FunctionState;
import fob.function.Limits;
import fob.metrics.FunctionCalls;
import fob.traces.AttemptSpan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt at a call: finds the function, waits for a free instance and runs the call there. If
 * the call certainly did not start in the instance, it is tried again until its latest start. Any
 * other outcome ends the attempt, so the function runs once at most. Used by one thread.
 */
final class CallAttempt {

  private static final Logger LOGGER = LoggerFactory.getLogger(CallAttempt.class);

  private static final RunOutcome INTERNAL_ERROR =
      new RunOutcome.NotStarted("fob failed to run the call", InstanceHealth.REFUSES);

  private final FunctionTable functions;
  private final Lanes lanes;
  private final Priority priority;
  private final LatestStart latestStart;
  private final BooleanSupplier begin;
  private final Call call;
  private Turns.Turn turn = Turns.Turn.NOT_NEEDED;
  private boolean hasBegun;
  private FunctionCalls counts;
  private AttemptSpan span = AttemptSpan.NONE;
  private Duration waited = Duration.ZERO;
  private Duration ran = Duration.ZERO;
  private Optional<Printed> printed = Optional.empty();

  /**
   * @param begin asked before the call is sent to an instance or refused; returns false if another
   *     invoker has taken the call over
   */
  CallAttempt(
      FunctionTable functions,
      Lanes lanes,
      Priority priority,
      LatestStart latestStart,
      BooleanSupplier begin,
      Call call) {
    this.functions = functions;
    this.lanes = lanes;
    this.priority = priority;
    this.latestStart = latestStart;
    this.begin = begin;
    this.call = call;
    this.counts = lanes.counts(Optional.empty());
  }

  /**
   * Makes the attempt. Blocks until it has ended.
   *
   * @return the reply; empty if another invoker took the call over before it was sent
   */
  Optional<Reply> run(AttemptSpan traced) throws InterruptedException {
    span = traced;
    turn = lanes.turn(priority.kind());
    try {
      Optional<Reply> reply = reply();
      return hasBegun ? reply : reply.filter(_ -> begin.getAsBoolean());
    } finally {
      turn.end();
    }
  }

  private Optional<Reply> reply() throws InterruptedException {
    Optional<Reply> refusal = Refusals.malformed(call);
    if (refusal.isPresent()) {
      return refusal;
    }
    Optional<FunctionId> id = functions.lookup().find(call.function(), Placement.lot(call));
    return id.isPresent() ? run(id.get()) : Optional.of(unknown());
  }

  private Optional<Reply> run(FunctionId id) throws InterruptedException {
    Lane lane = lanes.lane(id);
    counts = lane.counts;
    try (var _ = lane.use()) {
      return run(id, lane);
    }
  }

  private Optional<Reply> run(FunctionId id, Lane lane) throws InterruptedException {
    String lastTry = "";
    while (true) {
      long start = System.nanoTime();
      Admission admission = lane.admit(latestStart::of, priority, turn);
      long wait = System.nanoTime() - start;
      waited = waited.plusNanos(wait);
      span.waited(wait);
      switch (admission) {
        case Admission.Granted(PooledInstance instance, FunctionState function) -> {
          switch (runIn(instance, lane, function.spec().limits())) {
            case null -> {
              return Optional.empty();
            }
            case RunOutcome.Ended(Reply reply, _, List<String> log) -> {
              printed = Optional.of(new Printed(id, instance.id(), log));
              return Optional.of(reply);
            }
            case RunOutcome.NotStarted(String why, _) -> {
              LOGGER
                  .atDebug()
                  .addKeyValue(CallLogging.REQUEST, call.id())
                  .log("the instance did not start the call: {}", why);
              lastTry = why;
            }
          }
          // All instances may have ended with their deployer.
          Optional<String> platformAway = functions.platformAway();
          if (platformAway.isPresent()) {
            return platformAway.map(Refusals::platformAway);
          }
        }
        case Admission.Refused(Reply.Failed reply) -> {
          return Optional.of(Refusals.withCause(reply, lastTry, functions.platformAway()));
        }
        case Admission.Unknown() -> {
          lanes.forget(id);
          counts = lanes.counts(Optional.empty());
          return Optional.of(unknown());
        }
      }
    }
  }

  private Reply unknown() {
    return Refusals.notFound(functions.lookup().unknown(call.function()));
  }

  /** Runs the call in an instance. Returns null if another invoker has taken the call over. */
  private @Nullable RunOutcome runIn(PooledInstance instance, Lane lane, Limits limits) {
    RunOutcome outcome = INTERNAL_ERROR;
    boolean isSent = false;
    long began = System.nanoTime();
    try {
      if (!begin.getAsBoolean()) {
        return null;
      }
      hasBegun = true;
      // begin may have waited long, for example because this process was suspended.
      Instant now = Instant.now();
      Instant latest = latestStart.of(limits);
      if (!now.isBefore(latest)) {
        return new RunOutcome.Ended(Refusals.grantedAfterDeadline(), InstanceHealth.SERVES);
      }
      isSent = true;
      // The function is told its caller's deadline; an asynchronous call has no waiting caller.
      Instant deadline = priority.kind() == CallKind.ASYNC ? now.plus(limits.timeout()) : latest;
      outcome =
          LimitHints.explain(
              instance.client.run(
                  CallLogs.asking(span.runs(call), functions), deadline, limits.timeout()),
              limits);
      return outcome;
    } finally {
      if (isSent) {
        ran = Duration.ofNanos(System.nanoTime() - began);
        span.ran(outcome instanceof RunOutcome.NotStarted(String why, _) ? why : null);
        lane.release(instance, priority.kind(), outcome, began);
      } else {
        lane.releaseUnused(instance, priority.kind());
      }
    }
  }

  /** Returns the counts of the call's function. */
  FunctionCalls counts() {
    return counts;
  }

  /** Returns what the call printed; empty if it did not run. */
  Optional<Printed> printed() {
    return printed;
  }

  /** Returns how long the stages of the call took, up to now. */
  Timing timing() {
    Duration queue = Duration.between(call.sent(), latestStart.received());
    return new Timing(queue.isNegative() ? Duration.ZERO : queue, waited, ran);
  }
}
