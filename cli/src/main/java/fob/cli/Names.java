package fob.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;

/** The names of a gateway, and the versions that they lead to. */
record Names(Gateway gateway) {

  private static final MediaType JSON = MediaType.get("application/json");

  /** How long the gateway waits until the versions of a change are ready. */
  private static final Duration WAIT = Duration.ofMinutes(2);

  static final int ALL = 100;

  /** Returns a name with its versions, the newest first, and its history. */
  JsonNode get(String name) throws IOException {
    return gateway.get("api", "names", name);
  }

  /**
   * Changes where a name leads, and waits until that is so.
   *
   * @param percents of the calls, by the number of the version
   * @throws CommandFailure if the gateway refuses it, or a version does not become ready in time
   */
  JsonNode put(String name, Map<Integer, Integer> percents) throws IOException {
    ObjectNode weights = JsonNodeFactory.instance.objectNode();
    percents.forEach((version, percent) -> weights.put(name + "@" + version, percent));
    Request request =
        gateway
            .request(gateway.address("api", "names", name))
            .header("Prefer", "wait=" + WAIT.toSeconds())
            .put(RequestBody.create(weights.toString(), JSON))
            .build();
    Reply reply = gateway.send(request, WAIT.plus(Gateway.PATIENCE));
    if (!reply.succeeded()) {
      throw Refusals.of(reply);
    }
    return reply.json();
  }

  /** Returns the newest of the versions that get calls by the name. */
  static Optional<Integer> current(JsonNode name) {
    for (JsonNode version : name.path("versions")) {
      if (version.path("weight").asInt() > 0) {
        return Optional.of(version.path("version").asInt());
      }
    }
    return Optional.empty();
  }

  /** Returns such as {@code add@3 90 %, add@4 10 %}. */
  static String shares(JsonNode name) {
    StringJoiner shares = new StringJoiner(", ");
    for (JsonNode version : name.path("versions")) {
      int weight = version.path("weight").asInt();
      if (weight > 0) {
        shares.add(
            "%s@%d %d %%"
                .formatted(name.path("name").asText(), version.path("version").asInt(), weight));
      }
    }
    return shares.toString();
  }
}
