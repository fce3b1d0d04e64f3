package fob.deployer.marathon.config;

import java.time.Duration;

/**
 * How often fob looks, and how patient it is. Tests have a faster one.
 *
 * @param resync between two lists of all apps while events come; a quarter of it while none do
 * @param full between two lists that carry the tasks as well, while events come
 * @param debounce how long hints are gathered before they are followed
 * @param firstPoll of an app that is not there yet; doubles up to {@code longestPoll}
 * @param noteAfter from when on a waiting function's note says why it waits
 * @param hold how long a missing health result means "as it was": Marathon's leader has them in
 *     memory, and a new one begins without
 * @param firstRetry after a refusal that may pass; doubles up to {@code longestRetry}
 * @param againAfter when a function that failed because of the cluster is tried again
 * @param writeEvery the least time between two writes
 */
public record MarathonTimings(
    Duration resync,
    Duration full,
    Duration debounce,
    Duration firstPoll,
    Duration longestPoll,
    Duration noteAfter,
    Duration hold,
    Duration firstRetry,
    Duration longestRetry,
    Duration againAfter,
    Duration writeEvery) {

  public static final MarathonTimings STANDARD =
      new MarathonTimings(
          Duration.ofSeconds(60),
          Duration.ofMinutes(10),
          Duration.ofMillis(100),
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(90),
          Duration.ofSeconds(1),
          Duration.ofSeconds(30),
          Duration.ofMinutes(10),
          Duration.ofMillis(200));
}
