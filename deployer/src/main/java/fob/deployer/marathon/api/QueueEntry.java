package fob.deployer.marathon.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * Why an app waits, by {@code /v2/queue}.
 *
 * @param delaySeconds until the next try after a crash; 0 if it waits for an offer
 * @param offers how many Marathon has looked at for it
 * @param mismatch what most of the latest offers lacked, in Marathon's word
 */
public record QueueEntry(long delaySeconds, long offers, Optional<String> mismatch) {

  static QueueEntry of(JsonNode entry) {
    JsonNode summary = entry.path("processedOffersSummary");
    JsonNode delay = entry.path("delay");
    return new QueueEntry(
        delay.path("overdue").asBoolean() ? 0 : delay.path("timeLeftSeconds").asLong(),
        summary.path("processedOffersCount").asLong(),
        mismatch(summary.path("rejectSummaryLastOffers"))
            .or(() -> mismatch(summary.path("rejectSummaryLaunchAttempt"))));
  }

  /** The reasons form a funnel: the one that turned down most is what must change. */
  private static Optional<String> mismatch(JsonNode summary) {
    String most = "";
    long declined = 0;
    for (JsonNode reason : summary) {
      if (reason.path("declined").asLong() > declined) {
        declined = reason.path("declined").asLong();
        most = reason.path("reason").asText();
      }
    }
    return most.isEmpty() ? Optional.empty() : Optional.of(most);
  }
}
