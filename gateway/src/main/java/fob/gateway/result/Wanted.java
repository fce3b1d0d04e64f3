package fob.gateway.result;

import fob.bus.wire.Topics;
import fob.call.RequestId;
import fob.call.RequestIds;
import fob.gateway.publish.AsyncPublisher;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The call that a search looks for, and where in the log its first record may be.
 *
 * @param since no record of the call was written earlier, by Kafka's clock
 * @param until by then there was a first record if the call was accepted, by Kafka's clock; null if
 *     that is not known
 */
public record Wanted(RequestId id, Instant since, @Nullable Instant until) {

  /** The most by which the clocks of gateways and of Kafka may differ. */
  private static final Duration CLOCKS = Duration.ofSeconds(10);

  /** Kafka may have deleted the first record of a call that is older than this. */
  private static final Duration FIRST_RECORD_KEPT = Topics.RESULTS_KEPT.minusHours(1);

  /**
   * The call with an id that the gateway made. If there is no record of it near the time in its id,
   * there is no such call. An id of another form, or an old one, is looked for everywhere.
   */
  static Wanted made(RequestId id, Instant now) {
    Optional<Instant> time = RequestIds.time(id);
    boolean isRecent = time.map(made -> made.plus(FIRST_RECORD_KEPT).isAfter(now)).orElse(false);
    return isRecent
        ? new Wanted(
            id,
            time.get().minus(CLOCKS),
            time.get().plus(AsyncPublisher.ACCEPTED_WITHIN).plus(CLOCKS))
        : since(id, time.orElse(Instant.EPOCH));
  }

  /** A call that was made at that time or later, by any clock. */
  public static Wanted since(RequestId id, Instant time) {
    return new Wanted(
        id, time.isAfter(Instant.EPOCH.plus(CLOCKS)) ? time.minus(CLOCKS) : time, null);
  }

  /** Whether a call without a record may still get its first one. */
  boolean mayStillCome(Instant now) {
    return until == null || until.isAfter(now);
  }

  /** Whether the reply is older than replies are kept, whenever the call ended. */
  static boolean isGone(Instant made, Instant now) {
    // A call may be retried for up to 24 h before its reply is written.
    return made.plus(Topics.RESULTS_KEPT.multipliedBy(2)).isBefore(now);
  }
}
