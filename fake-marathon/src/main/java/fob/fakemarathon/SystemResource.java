package fob.fakemarathon;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code /ping}, {@code /v2/info}, {@code /v2/leader}. */
final class SystemResource {

  private final MarathonOptions options;

  SystemResource(MarathonOptions options) {
    this.options = options;
  }

  static Answer ping(Request request) {
    String accept = request.accept().toLowerCase(Locale.ROOT);
    if (accept.isEmpty() || accept.contains("text/") || accept.contains("*/*")) {
      return Answer.text(200, "text/plain;charset=utf-8", "pong");
    }
    if (accept.contains("application/json") || accept.contains("application/*")) {
      return Answer.json(200, TextNode.valueOf("pong"));
    }
    return Answer.empty(204);
  }

  static Answer leader(@Nullable String leader) {
    if (leader == null) {
      throw Refusal.of(404, "There is no leader");
    }
    return Answer.json(200, Json.object().put("leader", leader));
  }

  Answer info(@Nullable String leader) {
    ObjectNode info = Json.object();
    info.put("name", "marathon");
    info.put("version", options.version);
    info.put("buildref", "fake");
    info.put("elected", leader != null);
    info.put("leader", leader);
    info.put("frameworkId", "fake-framework-0000");
    ObjectNode config = info.putObject("marathon_config");
    config.put("mesos_role", options.mesosRole);
    config.set("features", options.secrets ? Json.array().add("secrets") : Json.array());
    config.put("max_running_deployments", options.maxRunningDeployments);
    config.put("local_port_min", options.minServicePort);
    config.put("local_port_max", options.maxServicePort);
    config.put("task_launch_timeout", 300_000);
    info.putObject("http_config").put("http_port", 8080).put("https_port", 8443);
    return Answer.json(200, info);
  }
}
