package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The {@code docker run} command of a task, as Mesos' Docker containerizer makes it. */
final class DockerCommand {

  private static final int CPU_SHARES = 1024;

  private DockerCommand() {}

  static List<String> of(TaskLaunch task, String name, String label, List<Integer> hostPorts) {
    JsonNode app = task.app();
    JsonNode docker = app.path("container").path("docker");
    List<String> command =
        new ArrayList<>(
            List.of("run", "--detach", "--pull=never", "--name=" + name, "--label=" + label));
    command.add("--memory=" + app.path("mem").asLong() + "m");
    command.add("--cpu-shares=" + Math.max(2, (int) (app.path("cpus").asDouble() * CPU_SHARES)));
    if (app.path("networks").path(0).path("mode").asText().equals("host")) {
      command.add("--network=host");
    }
    if (docker.path("privileged").asBoolean()) {
      command.add("--privileged");
    }
    JsonNode mappings = app.path("container").path("portMappings");
    for (int i = 0; i < mappings.size(); i++) {
      String containerPort = mappings.get(i).path("containerPort").asText();
      command.add(
          "--publish=127.0.0.1:"
              + hostPorts.get(i)
              + ":"
              + (containerPort.equals("0") ? hostPorts.get(i).toString() : containerPort)
              + "/"
              + (mappings.get(i).path("protocol").asText().equals("udp") ? "udp" : "tcp"));
    }
    environment(task, hostPorts)
        .forEach((variable, value) -> command.add("--env=" + variable + "=" + value));
    for (JsonNode parameter : docker.path("parameters")) {
      command.add("--" + parameter.path("key").asText() + "=" + parameter.path("value").asText());
    }
    if (app.has("cmd")) {
      command.add("--entrypoint=/bin/sh");
      command.add(docker.path("image").asText());
      command.addAll(List.of("-c", app.path("cmd").asText()));
    } else {
      command.add(docker.path("image").asText());
      command.addAll(Json.texts(app.path("args")));
    }
    return command;
  }

  private static Map<String, String> environment(TaskLaunch task, List<Integer> hostPorts) {
    JsonNode app = task.app();
    Map<String, String> env = new java.util.LinkedHashMap<>();
    app.path("env")
        .properties()
        .forEach(variable -> {
          // a secret's value is not known here; its name stands for it
          JsonNode value = variable.getValue();
          env.put(
              variable.getKey(),
              value.isTextual() ? value.asText() : value.path("secret").asText());
        });
    env.put("MARATHON_APP_ID", task.appId());
    env.put("MARATHON_APP_VERSION", task.version());
    env.put(
        "MARATHON_APP_DOCKER_IMAGE", app.path("container").path("docker").path("image").asText());
    env.put("MESOS_TASK_ID", task.taskId());
    env.put("HOST", "127.0.0.1");
    app.path("labels")
        .properties()
        .forEach(label ->
            env.put("MARATHON_APP_LABEL_" + variable(label.getKey()), label.getValue().asText()));
    JsonNode mappings = app.path("container").path("portMappings");
    for (int i = 0; i < hostPorts.size(); i++) {
      String port = hostPorts.get(i).toString();
      env.put("PORT" + i, port);
      env.put("PORT_" + mappings.path(i).path("containerPort").asText(), port);
      if (mappings.path(i).has("name")) {
        env.put("PORT_" + variable(mappings.path(i).path("name").asText()), port);
      }
    }
    if (!hostPorts.isEmpty()) {
      env.put("PORT", hostPorts.getFirst().toString());
      env.put("PORTS", String.join(",", hostPorts.stream().map(String::valueOf).toList()));
    }
    return env;
  }

  private static String variable(String name) {
    return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9_]", "_");
  }
}
