package fob.invoker;

import fob.function.Instance;
import fob.service.Backoff;
import java.time.Duration;
import java.util.Optional;

/**
 * An instance in an {@link InstancePool}: how many calls occupy it, and whether it gets further
 * calls. Not thread-safe: guarded by the lane's lock, except for the final fields.
 */
final class PooledInstance {

  /** An instance is reported once it has failed this many calls in a row ... */
  private static final int REPORTED_FAILURES = 3;

  /** ... for at least this long. */
  private static final Duration REPORTED_AFTER = Duration.ofSeconds(2);

  private static final Backoff PAUSE_AFTER_FAILURES =
      Backoff.doubling(InstanceHealth.FAILS.pause, Duration.ofSeconds(1));

  final Instance instance;
  final InstanceClient client;
  private boolean usable;
  private int occupied;
  private long pausedUntilNanos = System.nanoTime();
  private int failuresInARow;
  private long firstFailureNanos;
  private long lastFailureNanos;

  PooledInstance(Instance instance, InstanceClient client) {
    this.instance = instance;
    this.client = client;
  }

  String id() {
    return instance.id();
  }

  /** Sets whether this invoker may use the instance. */
  void setUsable(boolean now) {
    usable = now;
  }

  /** Returns whether this invoker may use the instance. */
  boolean isUsable() {
    return usable;
  }

  /**
   * Returns whether the instance takes a call now.
   *
   * @param slots the number of calls that the instance may have at a time
   */
  boolean isFree(int slots, long nowNanos) {
    return usable && occupied < slots && pausedUntilNanos - nowNanos <= 0;
  }

  /** Returns whether the instance failed its last call. */
  boolean isFailing() {
    return failuresInARow > 0;
  }

  /** Returns the number of calls that occupy the instance. */
  int occupied() {
    return occupied;
  }

  /** Occupies a slot with a call. */
  void takeSlot() {
    occupied++;
  }

  /** Frees the slot of a call that was not sent to the instance. */
  void freeSlot() {
    occupied--;
  }

  /**
   * Frees the slot of a call that was sent to the instance.
   *
   * @param health what the end of the call says about the instance
   * @param beganNanos when the call was sent
   * @return how long the instance gets no further calls from now on
   */
  Duration callEnded(InstanceHealth health, long beganNanos, long nowNanos) {
    freeSlot();
    Duration pause =
        switch (health) {
          case SERVES, REFUSES -> {
            failuresInARow = 0;
            yield health.pause;
          }
          case FAILS -> {
            countFailure(beganNanos, nowNanos);
            yield PAUSE_AFTER_FAILURES.delay(failuresInARow);
          }
          case TIMES_OUT, STUCK, ANSWERS_OTHERS -> {
            countFailure(beganNanos, nowNanos);
            yield health.pause;
          }
        };
    long until = nowNanos + pause.toNanos();
    if (until - pausedUntilNanos > 0) {
      pausedUntilNanos = until;
    }
    return pause;
  }

  /** Counts calls that were in the instance at the same time, and failed, as one failure. */
  private void countFailure(long beganNanos, long nowNanos) {
    if (failuresInARow > 0 && beganNanos - lastFailureNanos < 0) {
      return;
    }
    if (failuresInARow == 0) {
      firstFailureNanos = beganNanos;
    }
    failuresInARow++;
    lastFailureNanos = nowNanos;
  }

  /**
   * Returns why the deployer should replace the instance; empty if it should not.
   *
   * @param last the outcome of the call that ended last
   */
  Optional<String> reportReason(RunOutcome last) {
    if (last.health().isReportedAtOnce()) {
      return Optional.of(last.why());
    }
    boolean isLasting =
        failuresInARow >= REPORTED_FAILURES
            && lastFailureNanos - firstFailureNanos >= REPORTED_AFTER.toNanos();
    return isLasting
        ? Optional.of(failuresInARow + " calls in a row failed, the last one since " + last.why())
        : Optional.empty();
  }
}
