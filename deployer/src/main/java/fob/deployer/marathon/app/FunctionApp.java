package fob.deployer.marathon.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.deployer.Driver;
import fob.deployer.image.ImageVariables;
import fob.deployer.marathon.api.AppLabels;
import fob.deployer.marathon.config.MarathonConfig;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.Limits;
import fob.service.Sha256;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The Marathon app of a function: its language's template with the function's settings. Deployers
 * with equal settings make equal apps, since any difference would restart all instances. Immutable.
 *
 * @param id {@code <group>/f-<function id>}
 * @param hash the hash of the spec, also in a label. Specs are compared by it, since Marathon
 *     returns specs in another form in each version
 * @param registered when the function was registered
 * @param json the whole spec; must not be changed
 * @param image what fob gives to the tasks of a function in an image of its own; null for others
 */
public record FunctionApp(
    String id,
    FunctionId function,
    String hash,
    Instant registered,
    JsonNode json,
    @Nullable ImageCode image) {

  private static final String PREFIX = "/f-";
  private static final Duration KILL_MARGIN = Duration.ofSeconds(5);
  private static final Duration LONGEST_KILL = Duration.ofSeconds(125);
  private static final int BACKOFF_SECONDS = 2;
  private static final int BACKOFF_FACTOR = 2;
  private static final int LONGEST_BACKOFF_SECONDS = 60;

  /** Makes the app of a function without dependencies and secrets. */
  public static FunctionApp of(
      FunctionSpec spec, Driver driver, MarathonConfig config, String owner) {
    return of(spec, driver, config, owner, Access.NONE);
  }

  /**
   * Makes the app of a function.
   *
   * @param access to its dependencies and secrets
   */
  public static FunctionApp of(
      FunctionSpec spec, Driver driver, MarathonConfig config, String owner, Access access) {
    Limits limits = spec.limits();
    boolean image = spec.upload().image() != null;
    TemporaryFiles temporary =
        image ? TemporaryFiles.ofImage(limits) : TemporaryFiles.of(limits, access);
    ObjectNode app = DriverApp.of(driver, limits, temporary, config);
    if (image) {
      DockerParameters.addFolder(app, temporary.option(ImageVariables.ACTION));
    }
    app.put("id", id(config.group(), spec.id()));
    app.put("instances", limits.instances());
    app.put("mem", limits.memoryMiB() + access.layerMiB());
    app.put("taskKillGracePeriodSeconds", killGrace(limits.timeout()));
    app.put("backoffSeconds", BACKOFF_SECONDS);
    app.put("backoffFactor", BACKOFF_FACTOR);
    app.put("maxLaunchDelaySeconds", LONGEST_BACKOFF_SECONDS);
    unreachable(app);
    env(app.putObject("env"), spec, driver, config);
    ObjectNode labels = app.withObjectProperty("labels");
    labels.put(AppLabels.OWNER, owner);
    labels.put(AppLabels.FUNCTION, spec.id().toString());
    labels.put(AppLabels.LANGUAGE, spec.language());
    access.add(app, spec, config);
    labels.remove(AppLabels.SPEC);
    String hash = Sha256.of(Json.bytes(sorted(app)));
    labels.put(AppLabels.SPEC, hash);
    return new FunctionApp(
        id(config.group(), spec.id()), spec.id(), hash, spec.registered(), app, null);
  }

  /** The same app, whose tasks get their code from fob. */
  public FunctionApp with(ImageCode code) {
    return new FunctionApp(id, function, hash, registered, json, code);
  }

  /** The spec may have a token, which no log gets. */
  @Override
  public String toString() {
    return "FunctionApp[" + id + ", " + hash + "]";
  }

  public static String id(String group, FunctionId function) {
    return group + PREFIX + function;
  }

  /** The function of the app with that id; empty if it is not an app of a function. */
  public static Optional<FunctionId> function(String group, String appId) {
    String prefix = group + PREFIX;
    return appId.startsWith(prefix)
        ? FunctionId.parse(appId.substring(prefix.length()))
        : Optional.empty();
  }

  /** How long running calls may finish after a kill, up to 125 s. */
  private static long killGrace(Duration timeout) {
    Duration grace = timeout.plus(KILL_MARGIN);
    return (grace.compareTo(LONGEST_KILL) < 0 ? grace : LONGEST_KILL).toSeconds();
  }

  /** Functions keep no state, so unreachable instances are replaced at once. */
  private static void unreachable(ObjectNode app) {
    ObjectNode strategy = app.putObject("unreachableStrategy");
    strategy.put("inactiveAfterSeconds", 0);
    strategy.put("expungeAfterSeconds", 0);
  }

  private static void env(ObjectNode env, FunctionSpec spec, Driver driver, MarathonConfig config) {
    Map<String, String> all = driver.env(spec);
    all.put(Driver.NETWORK, "true"); // whatever its registration says: see docs/security.md
    if (spec.upload().image() == null) {
      all.put("FOB_LISTEN", DriverApp.LISTEN);
      all.put("FOB_CODE_URL", config.gateway() + "/api/cs/" + spec.id());
    } else {
      ImageVariables.change(all, spec.limits());
    }
    all.forEach(env::put);
  }

  /** The same JSON with sorted fields, so that equal specs have equal bytes. */
  private static JsonNode sorted(JsonNode node) {
    if (node.isArray()) {
      ArrayNode array = Json.MAPPER.createArrayNode();
      node.forEach(element -> array.add(sorted(element)));
      return array;
    }
    if (!node.isObject()) {
      return node;
    }
    ObjectNode object = Json.MAPPER.createObjectNode();
    node.propertyStream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(field -> object.set(field.getKey(), sorted(field.getValue())));
    return object;
  }
}
