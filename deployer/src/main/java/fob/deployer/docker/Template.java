package fob.deployer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import fob.deployer.Driver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The part of a driver's app spec that concerns Docker.
 *
 * @param source what the operator does for an engine that does not have the image
 * @param init whether the container has an init process, which passes signals on to the driver
 * @param user the user that the driver runs as; empty: the image's
 * @param cpus the cores that an instance gets at least when the machine is busy
 * @param unknown parameters that are not supported
 */
record Template(
    String image,
    String source,
    boolean init,
    Optional<String> user,
    double cpus,
    List<String> unknown) {

  Template {
    unknown = List.copyOf(unknown);
  }

  /** Reads the driver's app spec; empty if it names no image. */
  static Optional<Template> of(Driver driver) {
    JsonNode docker = driver.app().path("container").path("docker");
    String image = docker.path("image").asText();
    if (image.isEmpty()) {
      return Optional.empty();
    }
    String source =
        driver.args().isEmpty()
            ? "pull it with: docker pull " + image
            : "build it with: ./fob images";
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
        new Template(image, source, init, user, driver.app().path("cpus").asDouble(), unknown));
  }

  /** Returns the message for a missing image. */
  String imageIsMissing() {
    return "the image %s is not on this machine; %s".formatted(image, source);
  }
}
