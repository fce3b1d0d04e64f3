package fob.deployer.docker;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import fob.deployer.Drivers;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks the engine when the platform starts, and says what to do if it cannot be used. */
final class Preflight {

  private static final Logger LOGGER = LoggerFactory.getLogger(Preflight.class);

  private Preflight() {}

  /**
   * Checks the engine and warns of missing images.
   *
   * @return a description of the isolation for people
   * @throws IOException if containers cannot run here; the message is for the user
   */
  static String run(Engine engine, DockerConfig config, Drivers drivers) throws IOException {
    Path socket = config.socket();
    if (!Files.exists(socket)) {
      throw new IOException(
          "there is no Docker engine at %s: start it (systemctl start docker), or set FOB_DOCKER_HOST to where it listens"
              .formatted(engine.address()));
    }
    if (!Files.isReadable(socket) || !Files.isWritable(socket)) {
      throw new IOException(
          "fob may not use the Docker engine at %s: run fob as a user of the group that owns the socket (usermod -aG docker <user>, then log in again)"
              .formatted(engine.address()));
    }
    String isolation;
    try {
      engine.negotiate();
      JsonNode info = engine.info();
      check(info, config);
      isolation = Isolation.of(info, config);
    } catch (EngineAway e) {
      throw new IOException(e.getMessage() + ": start it (systemctl start docker)", e);
    }
    LOGGER.atInfo().addKeyValue("isolation", isolation).log("containers work");
    for (String language : drivers.languages()) {
      drivers.get(language).ifPresent(driver -> warn(language, Template.of(driver), engine));
    }
    return isolation;
  }

  private static void check(JsonNode info, DockerConfig config) throws IOException {
    String system = info.path("OSType").asText();
    if (!system.equals("linux")) {
      throw new IOException("the Docker engine runs containers of " + system + ", not of linux");
    }
    String runtime = config.runtime();
    if (runtime != null && !info.path("Runtimes").has(runtime)) {
      throw new IOException(
          "%s=%s, but the Docker engine has no such runtime; it has %s (runtimes in its daemon.json)"
              .formatted(DockerConfig.RUNTIME, runtime, names(info.path("Runtimes"))));
    }
    int cpus = info.path("NCPU").asInt();
    if (config.cpus().compareTo(BigDecimal.valueOf(cpus)) > 0) {
      throw new IOException(
          "FOB_DOCKER_CPUS=%s, but the Docker engine's machine has %d"
              .formatted(config.cpus().toPlainString(), cpus));
    }
  }

  private static String names(JsonNode runtimes) {
    return runtimes.propertyStream().map(Map.Entry::getKey).sorted().collect(joining(", "));
  }

  /** Only warns: functions of other languages run, and the image may be built later. */
  private static void warn(String language, Optional<Template> template, Engine engine) {
    if (template.isEmpty()) {
      LOGGER.atWarn().log("the driver of '{}' names no image for Docker", language);
      return;
    }
    template
        .get()
        .unknown()
        .forEach(key ->
            LOGGER
                .atWarn()
                .log(
                    "the driver of '{}' has a parameter that is not supported: {}", language, key));
    try {
      if (engine.image(template.get().image()).isEmpty()) {
        LOGGER.atWarn().log(template.get().imageIsMissing());
      }
    } catch (IOException e) {
      LOGGER.atWarn().setCause(e).log("could not look for the image of '{}'", language);
    }
  }
}
