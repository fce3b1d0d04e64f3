package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The defaults inside an app's {@code container}. */
final class ContainerDefaults {

  private ContainerDefaults() {}

  static void apply(ObjectNode container, boolean hostNetwork) {
    Json.putDefault(container, "type", "DOCKER");
    Json.putDefault(container, "volumes", Json.array());
    if (container.get("docker") instanceof ObjectNode docker) {
      Json.putDefault(docker, "forcePullImage", false);
      if (container.path("type").asText().equals("DOCKER")) {
        Json.putDefault(docker, "privileged", false);
        Json.putDefault(docker, "parameters", Json.array());
      }
    }
    if (!hostNetwork) {
      Json.putDefault(container, "portMappings", Json.array());
    }
    for (JsonNode mapping : container.path("portMappings")) {
      ObjectNode item = Json.objectOrEmpty(mapping);
      Json.putDefault(item, "containerPort", 0);
      Json.putDefault(item, "hostPort", 0);
      Json.putDefault(item, "servicePort", 0);
      Json.putDefault(item, "protocol", "tcp");
      Json.putDefault(item, "labels", Json.object());
    }
  }
}
