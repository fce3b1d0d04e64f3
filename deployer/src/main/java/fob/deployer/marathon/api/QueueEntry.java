package fob.deployer.marathon.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * Why an app waits, from {@code /v2/queue}. Immutable.
 *
 * @param delaySeconds the time until Marathon tries again after a crash; 0 if it waits for an offer
 * @param offers the number of offers that Marathon has considered for the app
 * @param mismatch the reason, in Marathon's words, why most of the latest offers did not fit
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

  /** The reason that declined the most offers. */
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
