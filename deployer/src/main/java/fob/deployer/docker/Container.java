package fob.deployer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import fob.deployer.local.InstanceLocation;
import fob.function.FunctionId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A container of fob, as the engine lists it.
 *
 * @param engineId the engine's id
 * @param suffix the random end of the name, which makes the name unique
 * @param spec the digest of the specification that it was created with, see {@link ContainerSpec}
 * @param secrets the version of the secrets that it has got; empty if it has none
 */
record Container(
    String engineId,
    FunctionId function,
    int number,
    String suffix,
    String spec,
    String secrets,
    String imageId,
    boolean running) {

  static final String OWNER = "fob.owner";
  static final String FUNCTION = "fob.function";
  static final String INSTANCE = "fob.instance";
  static final String SPEC = "fob.spec";

  static final String SECRETS = "fob.secrets";
  static final String LAYER = "fob.layer";

  /** On the containers of installers, which are no instances. */
  static final String INSTALLER = "fob.installer";

  private static final Pattern NAME =
      Pattern.compile("/fob-([0-9a-f-]{36})-([0-9]{1,9})-([0-9a-f]{8})");

  static String name(FunctionId function, int number, String suffix) {
    return "fob-%s-%d-%s".formatted(function, number, suffix);
  }

  /** Returns the name of an instance's container. */
  static String name(InstanceLocation location) {
    return "fob-" + location.instance().id().replace('/', '-');
  }

  /** Reads one entry of the engine's list; empty if somebody has renamed the container. */
  static Optional<Container> parse(JsonNode listed) {
    Matcher name = NAME.matcher(listed.path("Names").path(0).asText());
    if (!name.matches()) {
      return Optional.empty();
    }
    return FunctionId.parse(name.group(1))
        .map(function ->
            new Container(
                listed.path("Id").asText(),
                function,
                Integer.parseInt(name.group(2)),
                name.group(3),
                listed.path("Labels").path(SPEC).asText(),
                listed.path("Labels").path(SECRETS).asText(),
                listed.path("ImageID").asText(),
                listed.path("State").asText().equals("running")));
  }

  /** Returns the names of the containers of installers of one owner. */
  static List<String> installers(String owner, Engine engine) throws EngineError, EngineAway {
    return engine.list(Map.of(OWNER, owner, INSTALLER, "true")).stream()
        .map(listed -> listed.path("Names").path(0).asText().replaceFirst("^/", ""))
        .toList();
  }

  /** Returns all instances of one owner, except those that somebody has renamed. */
  static List<Container> of(String owner, Engine engine) throws EngineError, EngineAway {
    return list(Map.of(OWNER, owner), engine);
  }

  /** Returns the containers of one function of the owner, except renamed ones. */
  static List<Container> of(String owner, FunctionId function, Engine engine)
      throws EngineError, EngineAway {
    return list(Map.of(OWNER, owner, FUNCTION, function.toString()), engine);
  }

  private static List<Container> list(Map<String, String> labels, Engine engine)
      throws EngineError, EngineAway {
    return engine.list(labels).stream().flatMap(listed -> parse(listed).stream()).toList();
  }

  String name() {
    return name(function, number, suffix);
  }
}
