package fob.deployer.marathon.config;

import java.time.Duration;

/**
 * The intervals, delays and time-outs of the Marathon platform. Tests use shorter ones.
 *
 * @param resync the time between two lists of all apps while events come; a quarter of it otherwise
 * @param full the time between two lists with tasks, while events come
 * @param debounce how long hints are collected before apps are read
 * @param firstPoll the first delay before an app that does not serve yet is read again; grows up to
 *     {@code longestPoll}
 * @param noteAfter how long a function waits before its note says why
 * @param hold how long the previous health result replaces a missing one; a new leader of Marathon
 *     has no results
 * @param firstRetry the first delay after a failure that may pass; doubles up to {@code
 *     longestRetry}
 * @param againAfter the delay before a function that failed because of the cluster is tried again
 * @param writeEvery the shortest time between two writes
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
