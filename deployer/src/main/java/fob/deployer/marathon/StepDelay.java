package fob.deployer.marathon;

import java.time.Duration;

/** Special delays until an app's next step. */
final class StepDelay {

  /** The next step is due at once. */
  static final Duration NOW = Duration.ZERO;

  /** No step is due until something wakes the app. */
  static final Duration NEVER = Duration.ofDays(10_000);

  private StepDelay() {}
}
