package fob.deployer.local;

import fob.service.Loops;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Makes the watched threads of one platform. Thread-safe.
 *
 * @param platform its name, with which the names of the threads begin
 */
public record PlatformThreads(String platform, Loops loops) {

  /** See {@link Loops#timer(String)}. */
  ScheduledExecutorService timer(String name) {
    return loops.timer(platform + "-" + name);
  }

  /** See {@link Loops#timer(String, Duration)}. */
  ScheduledExecutorService timer(String name, Duration patience) {
    return loops.timer(platform + "-" + name, patience);
  }
}
