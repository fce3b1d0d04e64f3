package fob.gateway.function;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.EnvironmentJson;
import fob.function.FunctionSpec;
import fob.function.Limits;
import fob.function.Upload;
import fob.service.Durations;
import org.jspecify.annotations.Nullable;

/** How the settings of a function look in the replies of the API. */
final class SettingsJson {

  private SettingsJson() {}

  static void put(ObjectNode json, FunctionSpec spec) {
    Limits limits = spec.limits();
    ObjectNode shownLimits = json.putObject("limits");
    shownLimits
        .put("timeout", Durations.text(limits.timeout()))
        .put("concurrency", limits.concurrency())
        .put("memory_mib", limits.memoryMiB())
        .put("instances", limits.instances())
        .put("spread", limits.spread())
        .put("network", limits.network())
        .put("cpus", limits.cpus());
    if (limits.idle() != null) {
      shownLimits.put("idle", Durations.text(limits.idle()));
    }
    if (spec.name() != null) {
      shownLimits.put("keep", Durations.text(limits.keep()));
    }
    EnvironmentJson.write(json, spec.environment());
    json.putObject("retry")
        .put("retries", spec.retry().retries())
        .put("max_age", Durations.text(spec.retry().maxAge()));
    putUpload(json, spec.upload());
    if (spec.mcp()) {
      json.put("mcp", true);
    }
  }

  private static void putUpload(ObjectNode json, Upload upload) {
    put(json, "entry", upload.entry());
    put(json, "image", upload.image());
    put(json, "main", upload.main());
    if (upload.files() > 0) {
      json.put("files", upload.files());
    }
  }

  private static void put(ObjectNode json, String member, @Nullable String value) {
    if (value != null) {
      json.put(member, value);
    }
  }
}
