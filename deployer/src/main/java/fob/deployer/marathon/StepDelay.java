package fob.deployer.marathon;

import java.time.Duration;

/** When an app's next step is due, if nothing wakes it earlier. */
final class StepDelay {

  /** Without a pause. */
  static final Duration NOW = Duration.ZERO;

  /** Only when woken. */
  static final Duration NEVER = Duration.ofDays(10_000);

  private StepDelay() {}
}
