package fob.deployer.marathon;

import fob.service.Loop;
import fob.service.Loops;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The watched threads of one session.
 *
 * @param timer schedules steps
 * @param statuses the only thread that calls the session's listener, in order and without a lock
 * @param apps runs the {@link GroupWatcher}
 * @param events runs the stream of Marathon's events
 */
record SessionLoops(
    ScheduledExecutorService timer, ExecutorService statuses, Loop apps, Loop events) {

  /** A pass begins at least every minute, and may wait for several answers of Marathon. */
  private static final Duration LONGEST_PASS = Duration.ofMinutes(5);

  /** The longest pause between two connections, and the longest silence on one, and a reserve. */
  private static final Duration LONGEST_SILENCE = Duration.ofMinutes(10);

  static SessionLoops of(Loops loops) {
    return new SessionLoops(
        loops.timer("marathon-timer"),
        loops.timer("marathon-status"),
        loops.loop("marathon-apps", LONGEST_PASS),
        loops.loop("marathon-events", LONGEST_SILENCE));
  }
}
