package fob.bus.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.function.Version;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The place of a function among the versions of its name, in its row of {@code fob.functions}. */
final class VersionJson {

  private VersionJson() {}

  static void write(ObjectNode row, Version version) {
    row.put("version", version.number()).put("by", version.by());
    Instant retired = version.retired();
    if (retired != null) {
      row.put("retired", retired.toEpochMilli());
    }
    if (version.surplus()) {
      row.put("surplus", true);
    }
  }

  /**
   * Returns null for a row of a deployer that numbers no versions, and of a function without name.
   */
  static @Nullable Version read(JsonNode row) {
    return row.has("version")
        ? new Version(
            row.path("version").asInt(),
            JsonFields.text(row, "by"),
            row.has("retired") ? Instant.ofEpochMilli(row.path("retired").asLong()) : null,
            row.path("surplus").asBoolean())
        : null;
  }
}
