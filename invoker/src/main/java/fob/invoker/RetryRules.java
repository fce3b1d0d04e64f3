package fob.invoker;

import fob.bus.wire.Topics;
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

/**
 * Decides what happens to an asynchronous call after an attempt. The rules are those of the table
 * in docs/semantics.md. Thread-safe.
 */
final class RetryRules {

  /** What happens to a call. */
  sealed interface Decision {
    /** The call ends with this reply. */
    record End(Reply reply) implements Decision {}

    /** The call gets another attempt; {@code failed} is added to its history. */
    record Retry(Attempt failed, Instant next) implements Decision {}

    /**
     * The call did not start, and comes back unchanged after the delay of a tier, but not later
     * than at {@code latest}.
     */
    record Postpone(Duration delay, Instant latest) implements Decision {

      /** Returns when the call comes back if its delay begins now. */
      Instant next(Instant now) {
        Instant end = now.plus(delay);
        return end.isBefore(latest) ? end : latest;
      }
    }
  }

  /**
   * How many attempts may be retried because they failed as unreachable: the sixth such failure
   * ends the call. They do not count as the function's retries.
   */
  private static final int MOST_UNREACHABLE = 5;

  private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(10);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  /** A call that could not start may wait this many times its age. */
  private static final int MOST_AGES = 2;

  private static final double JITTER = 0.2;

  private static final Backoff BACKOFF = new Backoff(FIRST_DELAY, 4, LONGEST_DELAY, JITTER);

  private final Supplier<? extends RandomGenerator> random;

  /**
   * @param random returns a generator for the jitter, which the calling thread may use
   */
  RetryRules(Supplier<? extends RandomGenerator> random) {
    this.random = random;
  }

  /** Returns the time until which the call may start: its deadline or the end of its max-age. */
  static Instant expiry(AsyncCall call, RetryPolicy policy) {
    Instant age = call.accepted().plus(policy.maxAge());
    Instant deadline = call.call().headers().deadline();
    return deadline != null && deadline.isBefore(age) ? deadline : age;
  }

  /**
   * Decides.
   *
   * @param reply the reply of the attempt
   */
  Decision decide(AsyncCall call, RetryPolicy policy, Reply reply, Instant now) {
    return switch (reply) {
      case Reply.Answered answered -> new Decision.End(answered);
      case Reply.Failed failed -> decide(call, policy, failed, now);
    };
  }

  private Decision decide(AsyncCall call, RetryPolicy policy, Reply.Failed failed, Instant now) {
    return switch (failed.failure()) {
      case BAD_PARAMETERS, BAD_REQUEST, TOO_LARGE -> new Decision.End(failed);
      // An error with a type is the language's about the code, which never changes. Any other
      // reason, such as a lack of memory, may pass.
      case NOT_READY ->
          failed.error() != null && failed.error().has("type")
              ? new Decision.End(failed)
              : postpone(call, policy, failed, now);
      // The invoker may not have read the name from Kafka yet.
      case NOT_FOUND ->
          now.isBefore(call.accepted().plus(LatestStart.UNKNOWN_FUNCTION_GRACE))
              ? new Decision.Postpone(FIRST_DELAY, Instant.MAX)
              : new Decision.End(failed);
      // EXPIRED: no free instance within the wait in this invoker; postpone() looks at max-age.
      case EXPIRED, OVERLOADED, PLATFORM_AWAY -> postpone(call, policy, failed, now);
      case FUNCTION_ERROR ->
          isResultNotJson(failed) ? new Decision.End(failed) : retry(call, policy, failed, now);
      case TIMEOUT, UNREACHABLE -> retry(call, policy, failed, now);
    };
  }

  /**
   * Postpones a call by the delay of one tier, so that it is written once for each wait. The delay
   * grows with the age of the call, so a call that waits for long comes back a few times only.
   */
  private static Decision postpone(
      AsyncCall call, RetryPolicy policy, Reply.Failed failed, Instant now) {
    // The last try is before the expiry, so that its reply says why the call cannot start.
    Instant last = expiry(call, policy).minus(FIRST_DELAY);
    if (!now.isBefore(last)) {
      return new Decision.End(expired(call, policy, failed.message()));
    }
    Duration age = Duration.between(call.accepted(), now);
    return new Decision.Postpone(tier(age.multipliedBy(MOST_AGES)), last);
  }

  /** Returns the delay of the longest tier of up to a minute that is not longer than this. */
  private static Duration tier(Duration longest) {
    return Topics.RETRY.reversed().stream()
        .map(Topics.Tier::delay)
        .filter(delay -> delay.compareTo(LONGEST_WAIT) <= 0 && delay.compareTo(longest) <= 0)
        .findFirst()
        .orElse(FIRST_DELAY);
  }

  private Decision retry(AsyncCall call, RetryPolicy policy, Reply.Failed failed, Instant now) {
    AsyncCall after =
        call.after(
            new Attempt(call.call().headers().attempt(), now, failed.failure(), failed.message()));
    int ofFunction = call.call().headers().attempt() - after.unreachable();
    Instant next = now.plus(delay(call.call().headers().attempt(), failed));
    if (ofFunction > policy.retries()
        || after.unreachable() > MOST_UNREACHABLE
        || !next.isBefore(expiry(call, policy))) {
      return new Decision.End(failed);
    }
    return new Decision.Retry(after.history().getLast(), next);
  }

  /** The reply to a call that must not start any more. */
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
    Duration requested = requestedDelay(failed);
    return requested.compareTo(delay) > 0 ? requested : delay;
  }

  /** The delay that the function asked for by {@code retry_after}; zero if it did not. */
  private static Duration requestedDelay(Reply.Failed failed) {
    double seconds = failed.error() == null ? 0 : failed.error().path("retry_after").asDouble();
    return seconds > 0 && seconds <= RetryPolicy.MAX_AGE.toSeconds()
        ? Duration.ofMillis(Math.round(seconds * 1000))
        : Duration.ZERO;
  }

  /** A retry does not help: the function's code decides what it returns. */
  private static boolean isResultNotJson(Reply.Failed failed) {
    return failed.error() != null
        && failed.error().path("reason").asText().equals("result-not-json");
  }
}
