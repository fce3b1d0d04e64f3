package fob.invoker;

import fob.function.Instance;
import java.time.Duration;
import java.util.Optional;

/**
 * An instance as its lane uses it: how many calls it has, and from when on it gets more. The lane's
 * lock guards it.
 */
final class Place {

  /** An instance that fails for as long as this, and for as many calls, is reported. */
  private static final Duration FAILS_FOR = Duration.ofSeconds(2);

  private static final int FAILS_OFTEN = 3;

  private static final Duration LONGEST_REST_OF_FAILING = Duration.ofSeconds(1);

  final Instance instance;
  final InstanceClient client;
  private int used;
  private long restsUntilNanos = System.nanoTime();
  private int failures; // in a row
  private long firstFailureNanos;
  private long lastFailureNanos;

  Place(Instance instance, InstanceClient client) {
    this.instance = instance;
    this.client = client;
  }

  boolean isFree(int concurrency, long nowNanos) {
    return used < concurrency && !rests(nowNanos);
  }

  boolean rests(long nowNanos) {
    return restsUntilNanos - nowNanos > 0;
  }

  boolean fails() {
    return failures > 0;
  }

  int used() {
    return used;
  }

  void take() {
    used++;
  }

  /** Without a call having been sent to it. */
  void giveBack() {
    used--;
  }

  /**
   * After a call.
   *
   * @param beganNanos when the call was sent
   * @return how long the instance gets no further call
   */
  Duration giveBack(Health health, long beganNanos, long nowNanos) {
    used--;
    Duration rest =
        switch (health) {
          case SERVES, REFUSES -> {
            failures = 0;
            yield health.rest;
          }
          case FAILS -> {
            failed(beganNanos, nowNanos);
            yield restOfFailing();
          }
          case TIMES_OUT, ANSWERS_OTHERS -> {
            failed(beganNanos, nowNanos);
            yield health.rest;
          }
        };
    long until = nowNanos + rest.toNanos();
    if (until - restsUntilNanos > 0) {
      restsUntilNanos = until;
    }
    return rest;
  }

  /** Calls that were there at the same time fail together: they count once. */
  private void failed(long beganNanos, long nowNanos) {
    if (failures > 0 && beganNanos - lastFailureNanos < 0) {
      return;
    }
    if (failures == 0) {
      firstFailureNanos = beganNanos;
    }
    failures++;
    lastFailureNanos = nowNanos;
  }

  private Duration restOfFailing() {
    Duration rest = Health.FAILS.rest.multipliedBy(1L << Math.min(failures, 10));
    return rest.compareTo(LONGEST_REST_OF_FAILING) > 0 ? LONGEST_REST_OF_FAILING : rest;
  }

  /** Why the instance is to be replaced, if it is. */
  Optional<String> complaint(Outcome last) {
    if (last.health() == Health.ANSWERS_OTHERS) {
      return Optional.of(last.why());
    }
    boolean isLasting =
        failures >= FAILS_OFTEN && lastFailureNanos - firstFailureNanos >= FAILS_FOR.toNanos();
    return isLasting
        ? Optional.of(failures + " calls in a row failed, the last one since " + last.why())
        : Optional.empty();
  }
}
