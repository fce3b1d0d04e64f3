package fob.deployer.marathon.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import fob.bus.wire.Json;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out which apps Marathon's events are about. Thread-safe. */
public final class EventApps {

  private static final Logger LOGGER = LoggerFactory.getLogger(EventApps.class);
  private static final Set<String> NOTHING_YET = Set.of("TASK_STAGING", "TASK_STARTING");

  private EventApps() {}

  /** The ids of the apps that events are about. One data field may hold several events. */
  public static Set<String> of(String data) {
    Set<String> ids = new TreeSet<>();
    try (MappingIterator<JsonNode> events =
        Json.MAPPER.readerFor(JsonNode.class).readValues(data.getBytes(UTF_8))) {
      while (events.hasNextValue()) {
        JsonNode event = events.nextValue();
        if (!NOTHING_YET.contains(event.path("taskStatus").asText())) {
          ids.add(event.path("appId").asText());
          ids.add(event.path("runSpecId").asText());
          event
              .path("plan")
              .path("steps")
              .forEach(step ->
                  step.path("actions").forEach(action -> ids.add(action.path("app").asText())));
        }
      }
    } catch (IOException unreadable) {
      LOGGER.atDebug().setCause(unreadable).log("an event of Marathon cannot be read");
    }
    ids.remove("");
    return ids;
  }
}
