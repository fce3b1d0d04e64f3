package fob.deployer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import fob.deployer.Driver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a driver's app spec says to Docker.
 *
 * @param init whether a small process 1 stands above the driver and passes signals on
 * @param user who the driver runs as; empty: as its image says
 * @param cpus the share of the machine that it is sure to get when all is busy, in cores
 * @param unknown parameters that are not supported
 */
record Template(
    String image, boolean init, Optional<String> user, double cpus, List<String> unknown) {

  Template {
    unknown = List.copyOf(unknown);
  }

  /** Empty if it names no image. */
  static Optional<Template> of(Driver driver) {
    JsonNode docker = driver.app().path("container").path("docker");
    String image = docker.path("image").asText();
    if (image.isEmpty()) {
      return Optional.empty();
    }
    boolean init = false;
    Optional<String> user = Optional.empty();
    List<String> unknown = new ArrayList<>();
    for (JsonNode parameter : docker.path("parameters")) {
      String key = parameter.path("key").asText();
      String value = parameter.path("value").asText();
      switch (key) {
        case "init" -> init = value.equals("true");
        case "user" -> user = Optional.of(value);
        default -> unknown.add(key);
      }
    }
    return Optional.of(
        new Template(image, init, user, driver.app().path("cpus").asDouble(), unknown));
  }

  /** What is missing while the image is. */
  String imageIsMissing() {
    return "the image %s is not on this machine; build it with: ./fob images".formatted(image);
  }
}
