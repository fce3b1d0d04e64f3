package fob.deployer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import fob.deployer.Driver;
import fob.deployer.local.StartRefused;
import java.io.IOException;
import java.util.Optional;

/** The image of a driver, and why it cannot be used. Thread-safe. */
record DriverImage(Driver driver, Engine engine) {

  /** Returns why a container could not be started, for the user. */
  static IOException refusal(Exception e, Template template) {
    return switch (e) {
      case EngineError error when error.isNotFound() -> missing(template);
      case EngineError error -> new IOException("the Docker engine says: " + error.getMessage());
      case EngineAway away -> StartRefused.waitingFor(away.awaited());
      case IOException io -> io;
      default -> new IOException(e);
    };
  }

  /** Returns the part of the driver's app spec that concerns Docker. */
  Template template() throws StartRefused {
    return Template.of(driver)
        .orElseThrow(() ->
            StartRefused.untilOperatorActs(
                "the driver of '%s' names no image for Docker (container.docker.image in its driver.json)"
                    .formatted(driver.language())));
  }

  static StartRefused missing(Template template) {
    return StartRefused.untilOperatorActs(template.imageIsMissing());
  }

  /** Returns what the engine knows of the image; empty if it has none. */
  Optional<JsonNode> inspect(Template template) throws IOException {
    try {
      return engine.image(template.image());
    } catch (EngineError | EngineAway e) {
      throw refusal(e, template);
    }
  }
}
