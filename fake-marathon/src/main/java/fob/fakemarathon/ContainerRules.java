package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The rules for containers, networks and ports. */
final class ContainerRules {

  private static final Pattern PORT_NAME = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
  private static final Set<String> MODES = Set.of("container", "container/bridge", "host");
  private static final Set<String> PROTOCOLS = Set.of("tcp", "udp", "udp,tcp");

  private ContainerRules() {}

  static void check(ObjectNode app, Problems problems) {
    JsonNode container = app.path("container");
    networks(app, problems);
    if (container.isObject()) {
      image(container, problems);
      portMappings(container.path("portMappings"), isHost(app), problems);
    }
  }

  private static boolean isHost(ObjectNode app) {
    return app.path("networks").path(0).path("mode").asText("container").equals("host");
  }

  private static void image(JsonNode container, Problems problems) {
    String type = container.path("type").asText();
    JsonNode docker = container.path("docker");
    problems.require(
        type.equals("DOCKER") || type.equals("MESOS"),
        "/container/type",
        "must be DOCKER or MESOS, but is " + type);
    if (type.equals("DOCKER")) {
      problems.require(docker.isObject(), "/container/docker", "not defined");
    }
    if (docker.isObject()) {
      problems.require(
          !docker.path("image").asText().isBlank(), "/container/docker/image", "must not be empty");
    }
    JsonNode seccomp = container.path("linuxInfo").path("seccomp");
    problems.require(
        !container.has("linuxInfo") || type.equals("MESOS"),
        "/container/linuxInfo",
        "is only supported by containers of type MESOS");
    problems.require(
        seccomp.isMissingNode()
            || seccomp.has("profileName") != seccomp.path("unconfined").asBoolean(),
        "/container/linuxInfo/seccomp",
        "must have exactly one of profileName and unconfined");
  }

  private static void networks(ObjectNode app, Problems problems) {
    JsonNode networks = app.path("networks");
    Set<String> modes = new HashSet<>();
    for (int i = 0; i < networks.size(); i++) {
      String mode = networks.get(i).path("mode").asText("container");
      modes.add(mode);
      problems.require(
          MODES.contains(mode),
          "/networks(" + i + ")/mode",
          "must be one of container, container/bridge, host, but is " + mode);
      problems.require(
          !mode.equals("container") || Json.has(networks.get(i), "name"),
          "/networks(" + i + ")",
          "a network of mode container must have a name");
      problems.require(
          mode.equals("container") || !Json.has(networks.get(i), "name"),
          "/networks(" + i + ")",
          "only a network of mode container may have a name");
    }
    problems.require(modes.size() <= 1, "/networks", "Networks may not mix modes: " + modes);
    problems.require(
        networks.size() <= 1 || modes.contains("container"),
        "/networks",
        "may only specify a single host or container/bridge network");
  }

  private static void portMappings(JsonNode mappings, boolean host, Problems problems) {
    String base = "/container/portMappings";
    problems.require(!host || mappings.isEmpty(), base, "must be empty with host networking");
    Set<String> names = new HashSet<>();
    Set<String> hostPorts = new HashSet<>();
    for (int i = 0; i < mappings.size(); i++) {
      JsonNode mapping = mappings.get(i);
      String path = base + "(" + i + ")";
      for (String field : List.of("containerPort", "hostPort", "servicePort")) {
        int port = mapping.path(field).asInt();
        problems.require(
            port >= 0 && port <= 65535,
            path + "/" + field,
            "must be between 0 and 65535, but is " + port);
      }
      problems.require(
          PROTOCOLS.contains(mapping.path("protocol").asText()),
          path + "/protocol",
          "must be tcp, udp or udp,tcp");
      if (mapping.has("name")) {
        String name = mapping.path("name").asText();
        problems.require(
            PORT_NAME.matcher(name).matches(),
            path + "/name",
            "must fully match regular expression '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$'");
        problems.require(names.add(name), base, "Port names must be unique.");
      }
      int hostPort = mapping.path("hostPort").asInt();
      problems.require(
          hostPort == 0 || hostPorts.add(hostPort + mapping.path("protocol").asText()),
          base,
          "Host ports must be unique.");
    }
  }
}
