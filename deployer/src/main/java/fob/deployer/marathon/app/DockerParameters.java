package fob.deployer.marathon.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.function.Limits;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The options of {@code docker run} that make a container a sandbox. */
final class DockerParameters {

  private static final int OWN_PROCESSES = 100;
  private static final int CPU_PERIOD_US = 100_000;

  /** Options that a container has once. A template cannot replace fob's. */
  private static final Set<String> SINGLE =
      Set.of("init", "read-only", "pids-limit", "user", "privileged", "cpu-period", "cpu-quota");

  private record Parameter(String key, String value) {}

  private DockerParameters() {}

  /** The template's parameters and fob's; fob's replace those that occur once. */
  static ArrayNode of(JsonNode template, Limits limits, TemporaryFiles temporary) {
    // The order counts: another one would be another app, and restart the function.
    List<Parameter> ours =
        List.of(
            new Parameter("init", "true"),
            new Parameter("read-only", "true"),
            new Parameter("tmpfs", temporary.option()),
            new Parameter("cap-drop", "ALL"),
            new Parameter("security-opt", "no-new-privileges"),
            new Parameter("pids-limit", Integer.toString(OWN_PROCESSES + 2 * limits.concurrency())),
            // Not "cpus", which Docker refuses beside the quota that some agents set.
            new Parameter("cpu-period", Integer.toString(CPU_PERIOD_US)),
            new Parameter("cpu-quota", Integer.toString(limits.cpuMillis() * CPU_PERIOD_US / 1000)),
            new Parameter("user", "65534:65534"));
    Set<Parameter> all = new LinkedHashSet<>();
    for (JsonNode parameter : template) {
      String key = parameter.path("key").asText();
      if (!SINGLE.contains(key)) {
        all.add(new Parameter(key, parameter.path("value").asText()));
      }
    }
    all.addAll(ours);
    ArrayNode array = Json.MAPPER.createArrayNode();
    all.forEach(p -> array.addObject().put("key", p.key()).put("value", p.value()));
    return array;
  }

  /**
   * Adds a folder that is in the container's memory.
   *
   * @param option the value of Docker's option {@code tmpfs}
   */
  static void addFolder(ObjectNode app, String option) {
    app.withObject("/container/docker")
        .withArray("parameters")
        .addObject()
        .put("key", "tmpfs")
        .put("value", option);
  }
}
