package fob.invoker;

import fob.call.AsyncCall;
import fob.call.Attempt;
import fob.call.Failure;
import fob.call.Reply;
import fob.function.RetryPolicy;
import fob.service.Backoff;
import fob.service.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** What becomes of an asynchronous call after an attempt: the one place that decides. */
final class RetryRules {

  /** What to do. */
  sealed interface Verdict {
    /** It is over, well or not; a failure that nobody was told of becomes a dead letter. */
    record Over(Reply reply) implements Verdict {}

    /** The attempt counts; the next one comes. */
    record Again(Attempt failed, Instant next) implements Verdict {}

    /** It could not begin; it comes back as it is. */
    record Later(Instant next) implements Verdict {}
  }

  /** Further attempts after an instance went away under a call, besides the function's own. */
  private static final int MOST_UNREACHABLE = 5;

  private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(10);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
  private static final double JITTER = 0.2;

  private static final Backoff BACKOFF = new Backoff(FIRST_DELAY, 4, LONGEST_DELAY, JITTER);

  private final Supplier<? extends RandomGenerator> random;

  /**
   * @param random gives a generator that the calling thread may use, for the jitter
   */
  RetryRules(Supplier<? extends RandomGenerator> random) {
    this.random = random;
  }

  /** Until when the call may begin. */
  static Instant expiry(AsyncCall call, RetryPolicy policy) {
    Instant age = call.accepted().plus(policy.maxAge());
    Instant deadline = call.call().headers().deadline();
    return deadline != null && deadline.isBefore(age) ? deadline : age;
  }

  /**
   * @param reply how the attempt ended
   */
  Verdict judge(AsyncCall call, RetryPolicy policy, Reply reply, Instant now) {
    return switch (reply) {
      case Reply.Answered answered -> new Verdict.Over(answered);
      case Reply.Failed failed -> judge(call, policy, failed, now);
    };
  }

  private Verdict judge(AsyncCall call, RetryPolicy policy, Reply.Failed failed, Instant now) {
    return switch (failed.failure()) {
      case BAD_PARAMETERS, BAD_REQUEST, TOO_LARGE -> new Verdict.Over(failed);
      // What the language itself says of the code holds for ever; anything else may pass.
      case NOT_READY ->
          failed.error() != null && failed.error().has("type")
              ? new Verdict.Over(failed)
              : later(call, policy, failed, now);
      // A name may be on its way to this invoker.
      case NOT_FOUND ->
          now.isBefore(call.accepted().plus(CallAttempt.UNKNOWN_GRACE))
              ? new Verdict.Later(now.plus(FIRST_DELAY))
              : new Verdict.Over(failed);
      case EXPIRED, OVERLOADED, PLATFORM_AWAY -> later(call, policy, failed, now);
      case FUNCTION_ERROR ->
          isResultNotJson(failed) ? new Verdict.Over(failed) : again(call, policy, failed, now);
      case TIMEOUT, UNREACHABLE -> again(call, policy, failed, now);
    };
  }

  /** The longer it has waited, the longer it can wait: a flood is moved a few times only. */
  private Verdict later(AsyncCall call, RetryPolicy policy, Reply.Failed failed, Instant now) {
    // Early enough to learn once more why it cannot begin: at its expiry it would only be too late.
    Instant last = expiry(call, policy).minus(FIRST_DELAY);
    if (!now.isBefore(last)) {
      return new Verdict.Over(expired(call, policy, failed.message()));
    }
    Duration age = Duration.between(call.accepted(), now);
    return new Verdict.Later(earlier(now.plus(jittered(within(age, LONGEST_WAIT))), last));
  }

  private Verdict again(AsyncCall call, RetryPolicy policy, Reply.Failed failed, Instant now) {
    AsyncCall after =
        call.after(
            new Attempt(call.call().headers().attempt(), now, failed.failure(), failed.message()));
    int ofFunction = call.call().headers().attempt() - after.unreachable();
    Instant next = now.plus(delay(call.call().headers().attempt(), failed));
    if (ofFunction > policy.retries()
        || after.unreachable() > MOST_UNREACHABLE
        || !next.isBefore(expiry(call, policy))) {
      return new Verdict.Over(failed);
    }
    return new Verdict.Again(after.history().getLast(), next);
  }

  /** The reply to a call that may not begin any more. */
  static Reply.Failed expired(AsyncCall call, RetryPolicy policy, String why) {
    String bound =
        call.call().headers().deadline() != null
                && call.call().headers().deadline().equals(expiry(call, policy))
            ? "its deadline"
            : "its max-age of " + Durations.text(policy.maxAge());
    return Reply.failed(
        Failure.EXPIRED, "the call was not run within " + bound + "; the last reason: " + why);
  }

  private Duration delay(int attempt, Reply.Failed failed) {
    Duration delay = BACKOFF.delay(attempt, random.get());
    Duration wish = wish(failed);
    return wish.compareTo(delay) > 0 ? wish : delay;
  }

  /** What the function asked for itself. */
  private static Duration wish(Reply.Failed failed) {
    double seconds = failed.error() == null ? 0 : failed.error().path("retry_after").asDouble();
    return seconds > 0 && seconds <= RetryPolicy.MAX_AGE.toSeconds()
        ? Duration.ofMillis(Math.round(seconds * 1000))
        : Duration.ZERO;
  }

  private Duration jittered(Duration delay) {
    return Backoff.jittered(delay, JITTER, random.get());
  }

  private static Duration within(Duration delay, Duration longest) {
    if (delay.compareTo(FIRST_DELAY) < 0) {
      return FIRST_DELAY;
    }
    return delay.compareTo(longest) > 0 ? longest : delay;
  }

  /** Its code decides what it returns; trying again helps as little as for wrong parameters. */
  private static boolean isResultNotJson(Reply.Failed failed) {
    return failed.error() != null
        && failed.error().path("reason").asText().equals("result-not-json");
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}
