package fob.fakemarathon;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/** {@code /v2/queue}: what waits to be launched, and why. Guarded by the core's lock. */
final class QueueResource {

  private final Core core;

  QueueResource(Core core) {
    this.core = core;
  }

  Answer list(Request request) {
    Embeds embeds = Embeds.ofApps(request.all("embed"));
    ArrayNode queue = Json.array();
    for (AppRuntime runtime : core.tasks.all()) {
      if (!runtime.waiting().isEmpty()) {
        queue.add(item(runtime, embeds));
      }
    }
    return Answer.json(200, Json.object().set("queue", queue));
  }

  private ObjectNode item(AppRuntime runtime, Embeds embeds) {
    Duration left = runtime.backoff().left(core.timeline.nanos());
    ObjectNode item = Json.object().put("count", runtime.waiting().size());
    item.put("role", runtime.app().spec().path("role").asText());
    item.put("since", runtime.waitingSince());
    item.set("app", AppView.definition(runtime.app()));
    item.putObject("delay").put("timeLeftSeconds", left.toSeconds()).put("overdue", left.isZero());
    item.set("processedOffersSummary", runtime.offers().json());
    if (embeds.has("lastUnusedOffers")) {
      item.putArray("lastUnusedOffers");
    }
    return item;
  }

  Answer resetDelay(String appId) {
    AppRuntime runtime = core.tasks.find(appId);
    if (runtime == null || runtime.waiting().isEmpty()) {
      throw Refusal.of(404, "Application " + appId + " not found in tasks queue.");
    }
    runtime.backoff().reset();
    core.tasks.launch(runtime);
    return Answer.empty(204);
  }
}
