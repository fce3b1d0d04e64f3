package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What Marathon 1.11 accepts as an app or a group. {@link #check} and {@link #checkGroup} take what
 * a client would send, so tests can hold templates to them without a server. Thread-safe.
 */
public final class AppRules {

  /**
   * What the rules depend on.
   *
   * @param mesosRole the role that Marathon is registered with
   * @param secrets whether {@code --enable_features secrets} is set, as on DC/OS Enterprise
   */
  public record Setting(String mesosRole, boolean secrets) {
    /** A plain Marathon: role {@code *}, no secrets. */
    public static final Setting PLAIN = new Setting("*", false);
  }

  private AppRules() {}

  /** What a plain Marathon has against the app; empty when it accepts it. */
  public static List<Problem> check(JsonNode app) {
    return check(app, Setting.PLAIN);
  }

  /** What such a Marathon has against the app; empty when it accepts it. */
  public static List<Problem> check(JsonNode app, Setting setting) {
    List<Problem> types = AppShape.check(app);
    if (!types.isEmpty()) {
      return types;
    }
    ObjectNode raw = Json.objectOrEmpty(app);
    List<Problem> old = checkOldForm(raw);
    if (!old.isEmpty()) {
      return old;
    }
    ObjectNode complete =
        AppNormalization.complete(
            AppNormalization.modernize(raw), PathId.ROOT, setting.mesosRole());
    return checkComplete(complete, setting, "");
  }

  /** What such a Marathon has against the group with all that is in it. */
  public static List<Problem> checkGroup(JsonNode group, Setting setting) {
    return GroupRules.check(group, setting);
  }

  /** The rules for fields from before 1.5, which are gone after normalization. */
  static List<Problem> checkOldForm(ObjectNode raw) {
    Problems problems = new Problems();
    JsonNode docker = raw.path("container").path("docker");
    boolean mesos = raw.path("container").path("type").asText().equals("MESOS");
    problems.require(
        !(docker.hasNonNull("network") && raw.hasNonNull("networks")),
        "/",
        "must not specify both container.docker.network and networks");
    problems.require(
        !(raw.hasNonNull("ipAddress") && raw.hasNonNull("networks")),
        "/",
        "must not specify both ipAddress and networks");
    problems.require(
        !(docker.hasNonNull("portMappings") && raw.path("container").hasNonNull("portMappings")),
        "/",
        "must not specify both container.docker.portMappings and container.portMappings");
    problems.require(
        !docker.hasNonNull("credential"),
        "/container/docker/credential",
        "must be empty: credential is not supported since 1.5");
    for (String field : List.of("network", "portMappings", "parameters")) {
      problems.require(
          !(mesos && docker.hasNonNull(field)),
          "/container/docker/" + field,
          "must be empty for a container of type MESOS");
    }
    return problems.list();
  }

  /** The rules for a normalized app; {@code prefix} is put before every path. */
  static List<Problem> checkComplete(ObjectNode app, Setting setting, String prefix) {
    Problems problems = new Problems();
    if (app.path("id").isTextual()) {
      problems.add(PathId.check(app.path("id").asText(), "/id"));
    } else {
      problems.require(false, "/id", "must not be empty");
    }
    command(app, problems);
    roles(app, setting, problems);
    ResourceRules.check(app, problems);
    ContainerRules.check(app, problems);
    EnvironmentRules.check(app, setting, problems);
    HealthCheckRules.check(app, problems);
    PlacementRules.check(app, problems);
    for (JsonNode dependency : app.path("dependencies")) {
      problems.add(PathId.check(dependency.asText(), "/dependencies"));
    }
    return prefixed(problems.list(), prefix);
  }

  private static List<Problem> prefixed(List<Problem> problems, String prefix) {
    if (prefix.isEmpty()) {
      return problems;
    }
    List<Problem> all = new ArrayList<>();
    for (Problem problem : problems) {
      String path = problem.path().equals("/") ? "" : problem.path();
      all.add(new Problem(prefix + path, problem.message()));
    }
    return all;
  }

  private static void command(ObjectNode app, Problems problems) {
    boolean cmd = app.has("cmd");
    boolean args = !app.path("args").isEmpty();
    boolean image =
        app.path("container").path("docker").has("image")
            || app.path("container").path("appc").has("image");
    problems.require(
        (cmd || args || image) && !(cmd && args),
        "/",
        "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'.");
    problems.require(
        !cmd || app.path("cmd").asText().length() > 1,
        "/cmd",
        "must have a length of at least 2 characters");
  }

  private static void roles(ObjectNode app, Setting setting, Problems problems) {
    String role = app.path("role").asText();
    Set<String> possible =
        Set.copyOf(List.of(setting.mesosRole(), PathId.topGroup(app.path("id").asText()), role));
    problems.require(
        role.equals(setting.mesosRole()) || role.equals(PathId.topGroup(app.path("id").asText())),
        "/role",
        "is not one of the allowed roles " + possible);
    if (app.has("acceptedResourceRoles")) {
      List<String> accepted = Json.texts(app.path("acceptedResourceRoles"));
      problems.require(!accepted.isEmpty(), "/acceptedResourceRoles", "must not be empty");
      problems.require(
          accepted.stream().allMatch(name -> name.equals("*") || name.equals(role)),
          "/acceptedResourceRoles",
          "acceptedResourceRoles can only contain * and " + role);
    }
  }
}
