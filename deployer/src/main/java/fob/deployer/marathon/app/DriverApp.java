package fob.deployer.marathon.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.deployer.Driver;
import fob.deployer.marathon.config.MarathonConfig;
import fob.function.Limits;
import java.math.BigDecimal;

/**
 * What the apps of functions and of installers have in common: their language's template, and a
 * container of its image that is a sandbox.
 */
public final class DriverApp {

  private static final int PORT = 8080;

  /** The value of {@code FOB_LISTEN} for the port that the app has. */
  public static final String LISTEN = "tcp:0.0.0.0:" + PORT;

  /** All apps share one service port, since free ones are few and fob does not use it. */
  private static final int SERVICE_PORT = 10808;

  private static final BigDecimal FEWEST_CPUS = new BigDecimal("0.001"); // less is refused

  private DriverApp() {}

  /**
   * Makes an app that listens on a port of its agent. It has no id yet, and the template's
   * variables.
   *
   * @param limits the memory, processor time and processes of an instance
   */
  public static ObjectNode of(
      Driver driver, Limits limits, TemporaryFiles temporary, MarathonConfig config) {
    ObjectNode app = driver.app().deepCopy();
    // This bounds the whole instance, its driver and its /tmp included.
    app.put("mem", limits.memoryMiB());
    // What an agent must have free, and the weight when it is busy. A parameter bounds the cores.
    app.put("cpus", share(app.path("cpus"), limits));
    ArrayNode roles = app.putArray("acceptedResourceRoles");
    config.roles().forEach(roles::add);
    ObjectNode container = app.withObjectProperty("container");
    container.put("type", "DOCKER");
    ObjectNode docker = container.withObjectProperty("docker");
    docker.put("image", image(driver, config));
    docker.put("forcePullImage", false);
    docker.put("privileged", false);
    docker.set("parameters", DockerParameters.of(docker.path("parameters"), limits, temporary));
    ObjectNode port = container.putArray("portMappings").addObject();
    port.put("name", "http");
    port.put("containerPort", PORT);
    port.put("hostPort", 0);
    port.put("servicePort", SERVICE_PORT);
    port.put("protocol", "tcp");
    return app;
  }

  /** Returns the reference of the language's image. */
  public static String image(Driver driver, MarathonConfig config) {
    return config.imagePrefix() + driver.app().at("/container/docker/image").asText();
  }

  private static BigDecimal share(JsonNode ofOneCore, Limits limits) {
    BigDecimal share = ofOneCore.isNumber() ? ofOneCore.decimalValue() : BigDecimal.ONE;
    return share.multiply(limits.cpus()).max(FEWEST_CPUS).stripTrailingZeros();
  }
}
