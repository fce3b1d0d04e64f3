package fob.fakemarathon;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What became of the offers that were held against an app. Guarded by the core's lock. */
final class Offers {

  /** Every reason, in the order in which Marathon asks. */
  private static final List<String> REASONS =
      List.of(
          "UnfulfilledRole",
          "UnfulfilledConstraint",
          "NoCorrespondingReservationFound",
          "AgentMaintenance",
          "InsufficientCpus",
          "InsufficientMemory",
          "InsufficientDisk",
          "InsufficientGpus",
          "InsufficientPorts",
          "DeclinedScarceResources");

  private int processed;
  private int unused;
  private final Map<String, Integer> declined = new TreeMap<>();
  private @Nullable String lastUnusedAt;
  private @Nullable String lastUsedAt;

  void unused(String reason, String now) {
    processed++;
    unused++;
    declined.merge(reason, 1, Integer::sum);
    lastUnusedAt = now;
  }

  void used(String now) {
    processed++;
    lastUsedAt = now;
  }

  ObjectNode json() {
    ObjectNode json = Json.object();
    json.put("processedOffersCount", processed);
    json.put("unusedOffersCount", unused);
    if (lastUnusedAt != null) {
      json.put("lastUnusedOfferAt", lastUnusedAt);
    }
    if (lastUsedAt != null) {
      json.put("lastUsedOfferAt", lastUsedAt);
    }
    json.set("rejectSummaryLastOffers", rejects(1));
    json.set("rejectSummaryLaunchAttempt", rejects(Integer.MAX_VALUE));
    return json;
  }

  // a funnel: what one reason declines, the next ones never see
  private ArrayNode rejects(int limit) {
    ArrayNode rejects = Json.array();
    int left = Math.min(limit, processed);
    for (String reason : REASONS) {
      int count = Math.min(limit, declined.getOrDefault(reason, 0));
      rejects.addObject().put("reason", reason).put("declined", count).put("processed", left);
      left = Math.max(0, left - count);
    }
    return rejects;
  }
}
