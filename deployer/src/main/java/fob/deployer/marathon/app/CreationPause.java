package fob.deployer.marathon.app;

import fob.service.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * How long an app that failed must not be created again. Each pause is twice as long as the one
 * before it, up to 64 times the first. Used by the app's steps alone.
 */
public final class CreationPause {

  private static final int LONGEST = 64;

  private final Backoff backoff;
  private final InstantSource clock;
  private @Nullable Instant until;
  private int pauses;

  /**
   * @param first the length of the first pause
   */
  public CreationPause(Duration first, InstantSource clock) {
    this.backoff = Backoff.doubling(first, first.multipliedBy(LONGEST));
    this.clock = clock;
  }

  /** Whether a pause was begun and {@link #end} has not been called since. */
  public boolean isSet() {
    return until != null;
  }

  /** Whether the pause has no end. */
  public boolean isForGood() {
    return Instant.MAX.equals(until);
  }

  /** The rest of a pause that has an end; zero or negative once it is over. */
  public Duration remaining() {
    Instant end = until;
    return end == null ? Duration.ZERO : Duration.between(clock.instant(), end);
  }

  /**
   * Begins a pause, after which the cluster may be able to run the app.
   *
   * @return how long it lasts
   */
  public Duration begin() {
    pauses++;
    Duration pause = backoff.delay(pauses);
    until = clock.instant().plus(pause);
    return pause;
  }

  /** Begins a pause without an end: the function itself is at fault. A new deployer tries again. */
  public void beginForGood() {
    until = Instant.MAX;
  }

  public void end() {
    until = null;
  }
}
