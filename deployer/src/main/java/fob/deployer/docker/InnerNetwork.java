package fob.deployer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.deployer.local.StartRefused;
import java.io.IOException;

/**
 * The engine's network for images that are to have no network: fob reaches a container in it, which
 * reaches neither other machines nor another container.
 */
final class InnerNetwork {

  private static final String BETWEEN_CONTAINERS = "com.docker.network.bridge.enable_icc";
  private static final int OWNER_DIGITS = 8;

  private InnerNetwork() {}

  static String name(String owner) {
    return "fob-inner-" + InstanceFiles.digest(owner).substring(0, OWNER_DIGITS);
  }

  /**
   * Makes the network of an owner, unless it is there.
   *
   * @throws StartRefused if there is another network of its name
   */
  static synchronized void require(Engine engine, String owner) throws IOException {
    String name = name(owner);
    JsonNode network = engine.network(name).orElse(null);
    if (network == null) {
      engine.createNetwork(body(name, owner));
    } else if (!network.path("Internal").asBoolean()
        || !network.path("Options").path(BETWEEN_CONTAINERS).asText().equals("false")) {
      throw StartRefused.untilOperatorActs(
          "the Docker engine has a network %1$s that would let functions reach others; remove it with: docker network rm %1$s"
              .formatted(name));
    }
  }

  private static ObjectNode body(String name, String owner) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("Name", name).put("CheckDuplicate", true).put("Driver", "bridge");
    body.put("Internal", true);
    body.putObject("Options").put(BETWEEN_CONTAINERS, "false");
    body.putObject("Labels").put(Container.OWNER, owner);
    return body;
  }
}
