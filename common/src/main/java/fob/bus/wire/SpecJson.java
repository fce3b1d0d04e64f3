package fob.bus.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.function.FunctionId;
import fob.function.FunctionName;
import fob.function.FunctionSpec;
import fob.function.Limits;
import fob.function.RetryPolicy;
import fob.function.Upload;
import fob.service.Text;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A function's settings as JSON: in registrations, and in the rows of {@code fob.functions}. */
final class SpecJson {

  private static final int MOST_SHOWN = 100;
  private static final Set<String> SETTINGS =
      new TreeSet<>(
          Set.of(
              "language",
              "name",
              "timeout_ms",
              "concurrency",
              "memory_mib",
              "instances",
              "spread",
              "idle_ms",
              "keep_ms",
              "network",
              "cpu_millis",
              "entry",
              "image",
              "main",
              "mcp",
              "files",
              "env",
              "secrets",
              "retries",
              "max_age_ms"));

  private SpecJson() {}

  static ObjectNode write(FunctionSpec spec) {
    Limits limits = spec.limits();
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("language", spec.language());
    if (spec.name() != null) {
      json.put("name", spec.name().value());
    }
    if (spec.upload().entry() != null) {
      json.put("entry", spec.upload().entry());
    }
    if (spec.upload().image() != null) {
      json.put("image", spec.upload().image());
    }
    if (spec.upload().main() != null) {
      json.put("main", spec.upload().main());
    }
    if (spec.upload().files() > 0) {
      json.put("files", spec.upload().files());
    }
    if (limits.spread() != 1) {
      json.put("spread", limits.spread());
    }
    if (limits.idle() != null) {
      json.put("idle_ms", limits.idle().toMillis());
    }
    if (!limits.keep().equals(Limits.DEFAULT_KEEP)) {
      json.put("keep_ms", limits.keep().toMillis());
    }
    if (spec.mcp()) {
      json.put("mcp", true);
    }
    EnvironmentJson.write(json, spec.environment());
    return json.put("timeout_ms", limits.timeout().toMillis())
        .put("concurrency", limits.concurrency())
        .put("memory_mib", limits.memoryMiB())
        .put("instances", limits.instances())
        .put("network", limits.network())
        .put("cpu_millis", limits.cpuMillis())
        .put("retries", spec.retry().retries())
        .put("max_age_ms", spec.retry().maxAge().toMillis());
  }

  /**
   * Refuses settings that fob does not know. A row of {@code fob.functions} may have unknown
   * fields, since a newer fob may have written it. A user's unknown setting would silently have no
   * effect.
   *
   * @throws IllegalArgumentException if there is an unknown setting
   */
  static void requireSettings(JsonNode json) {
    Set<String> unknown = new TreeSet<>();
    json.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(SETTINGS);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "%s is no setting; there are %s"
              .formatted(
                  Text.cut(String.join(", ", unknown), MOST_SHOWN), String.join(", ", SETTINGS)));
    }
  }

  /**
   * Reads the settings. A missing setting gets its default value.
   *
   * @throws IllegalArgumentException if a setting is wrong; the message names it
   */
  static FunctionSpec read(
      FunctionId id, JsonNode json, String sha256, int bytes, Instant registered) {
    Limits standard = Limits.DEFAULT;
    RetryPolicy usual = RetryPolicy.DEFAULT;
    int concurrency = json.has("image") ? Limits.CONCURRENCY_OF_IMAGES : standard.concurrency();
    return new FunctionSpec(
        id,
        json.has("image") && !json.has("language")
            ? Upload.LANGUAGE
            : JsonFields.text(json, "language"),
        json.has("name") ? new FunctionName(JsonFields.text(json, "name")) : null,
        new Limits(
            millis(json, "timeout_ms", standard.timeout()),
            number(json, "concurrency", concurrency),
            number(json, "memory_mib", standard.memoryMiB()),
            number(json, "instances", standard.instances()),
            flag(json, "network", standard.network()),
            number(json, "cpu_millis", standard.cpuMillis()),
            number(json, "spread", standard.spread()),
            json.has("idle_ms") ? millis(json, "idle_ms", Duration.ZERO) : null,
            millis(json, "keep_ms", standard.keep())),
        new RetryPolicy(
            number(json, "retries", usual.retries()), millis(json, "max_age_ms", usual.maxAge())),
        EnvironmentJson.read(json),
        new Upload(
            optional(json, "entry"),
            optional(json, "image"),
            optional(json, "main"),
            number(json, "files", 0)),
        sha256,
        bytes,
        registered,
        flag(json, "mcp", false));
  }

  private static @Nullable String optional(JsonNode json, String field) {
    return json.has(field) ? JsonFields.text(json, field) : null;
  }

  private static int number(JsonNode json, String field, int standard) {
    JsonNode value = json.path(field);
    if (value.isMissingNode()) {
      return standard;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw wrong(field, "a whole number", value);
    }
    return value.intValue();
  }

  private static Duration millis(JsonNode json, String field, Duration standard) {
    JsonNode value = json.path(field);
    if (value.isMissingNode()) {
      return standard;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw wrong(field, "a whole number of milliseconds", value);
    }
    return Duration.ofMillis(value.longValue());
  }

  private static boolean flag(JsonNode json, String field, boolean standard) {
    JsonNode value = json.path(field);
    if (value.isMissingNode()) {
      return standard;
    }
    if (!value.isBoolean()) {
      throw wrong(field, "true or false", value);
    }
    return value.booleanValue();
  }

  private static IllegalArgumentException wrong(String field, String expected, JsonNode value) {
    return new IllegalArgumentException(
        "'%s' must be %s, not %s"
            .formatted(field, expected, Text.cut(value.toString(), MOST_SHOWN)));
  }
}
