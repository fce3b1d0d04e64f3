package fob.deployer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Describes how this engine separates containers. */
final class Isolation {

  /** The engine's entry is {@code name=seccomp,profile=default}. */
  private static final List<String> SHIELDS =
      List.of("seccomp", "apparmor", "selinux", "userns", "rootless");

  private Isolation() {}

  /**
   * @param info the engine's answer to {@code GET /info}
   */
  static String of(JsonNode info, DockerConfig config) {
    List<String> shields = new ArrayList<>();
    for (JsonNode option : info.path("SecurityOptions")) {
      String name = option.asText().split(",", -1)[0].replace("name=", "");
      if (SHIELDS.contains(name)) {
        shields.add(name);
      }
    }
    Map<String, Boolean> bounds = new LinkedHashMap<>();
    bounds.put("memory", info.path("MemoryLimit").asBoolean());
    bounds.put(
        "CPU (at most %s cores)".formatted(config.cpus().toPlainString()),
        info.path("CpuCfsQuota").asBoolean());
    bounds.put("processes", info.path("PidsLimit").asBoolean());
    return "docker: a container for each instance"
        + (config.runtime() == null ? "" : " by the runtime " + config.runtime())
        + (shields.isEmpty() ? "" : " (" + String.join(", ", shields) + ")")
        + ", no capabilities, read-only files, no network unless asked for"
        + list("; bounded for each: ", bounds, true)
        + "; open files and the size of a file bounded for each process; /tmp and /dev/shm by their"
        + " size; run time, results and log by fob"
        + list("; NOT bounded, as the engine cannot: ", bounds, false);
  }

  private static String list(String before, Map<String, Boolean> bounds, boolean which) {
    List<String> names =
        bounds.entrySet().stream()
            .filter(bound -> bound.getValue() == which)
            .map(Map.Entry::getKey)
            .toList();
    return names.isEmpty() ? "" : before + String.join(", ", names);
  }
}
