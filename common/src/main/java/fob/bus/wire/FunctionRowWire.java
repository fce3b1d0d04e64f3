package fob.bus.wire;

import static fob.bus.wire.JsonFields.id;
import static fob.bus.wire.JsonFields.text;
import static fob.bus.wire.JsonFields.texts;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.function.FunctionId;
import fob.function.FunctionName;
import fob.function.FunctionSchema;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.Language;
import fob.function.LastEnd;
import fob.function.Layer;
import fob.function.NameState;
import fob.function.PlatformInfo;
import fob.function.Version;
import java.time.Instant;
import java.util.OptionalInt;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Converts functions, names and the platform's offer to records of {@code fob.functions}, and back.
 * Golden files hold the format.
 */
public final class FunctionRowWire {

  /** A row of {@code fob.functions}. */
  public sealed interface Row {
    /** The state of a function. The record's key is the function's id. */
    record OfFunction(FunctionState state) implements Row {}

    /** A name and where it leads. The record's key is the name. */
    record OfName(NameState name) implements Row {}

    /**
     * What the platform offers. The record's key is {@link #PLATFORM_KEY}. The active deployer
     * writes this row every few seconds.
     *
     * @param at when it was written, by the deployer's clock
     */
    record OfPlatform(PlatformInfo info, Instant at) implements Row {}
  }

  /** The key of the platform's row. It can be neither a function's id nor a name. */
  public static final String PLATFORM_KEY = "_platform";

  private static final int VERSION = 1;

  private FunctionRowWire() {}

  public static ProducerRecord<String, byte[]> encode(FunctionState state) {
    FunctionSpec spec = state.spec();
    ObjectNode row = row();
    row.set(
        "spec",
        SpecJson.write(spec)
            .put("sha256", spec.codeSha256())
            .put("bytes", spec.codeBytes())
            .put("registered", spec.registered().toEpochMilli()));
    row.set("status", FunctionStatusJson.write(state.status()));
    LastEnd end = state.lastEnd();
    if (end != null) {
      row.putObject("lastEnd")
          .put("reason", end.reason())
          .put("at", end.at().toEpochMilli())
          .put("count", end.count());
    }
    row.put("served", state.served());
    Layer layer = state.layer();
    if (layer != null) {
      row.set("layer", LayerWire.write(layer));
    }
    Version version = state.version();
    if (version != null) {
      VersionJson.write(row, version);
    }
    if (state.schema() != null) {
      row.set("schema", Json.parse(state.schema().json().getBytes(UTF_8)));
    }
    return record(spec.id().toString(), row);
  }

  public static ProducerRecord<String, byte[]> encode(NameState name) {
    ObjectNode row = row();
    NameJson.write(row, name);
    return record(name.name().value(), row);
  }

  public static ProducerRecord<String, byte[]> encode(PlatformInfo info, Instant at) {
    ObjectNode row = row().put("platform", info.platform()).put("isolation", info.isolation());
    ArrayNode languages = row.putArray("languages");
    ObjectNode hints = JsonNodeFactory.instance.objectNode();
    for (Language language : info.languages()) {
      languages.add(language.name());
      if (!language.isOnlyAName()) {
        hints.set(language.name(), LanguageJson.write(language));
      }
    }
    if (!hints.isEmpty()) {
      row.set("hints", hints);
    }
    row.put("outlives_deployer", info.outlivesDeployer()).put("at", at.toEpochMilli());
    info.memoryMiB().ifPresent(memory -> row.put("memory_mib", memory));
    if (info.logsWithCalls()) {
      row.put("logs_with_calls", true);
    }
    if (info.runsImages()) {
      row.put("runs_images", true);
    }
    return record(PLATFORM_KEY, row);
  }

  /** The record that deletes the row of a function or a name. */
  public static ProducerRecord<String, byte[]> delete(String key) {
    return new ProducerRecord<>(Topics.FUNCTIONS.name(), key, null);
  }

  /**
   * @throws IllegalArgumentException if the record is not such a row
   */
  public static Row decode(ConsumerRecord<String, byte[]> record) {
    JsonNode row = Json.parse(record.value());
    if (row.path("v").asInt() != VERSION) {
      throw new IllegalArgumentException("row of version " + row.path("v") + ", not " + VERSION);
    }
    if (record.key().equals(PLATFORM_KEY)) {
      return new Row.OfPlatform(platform(row), Instant.ofEpochMilli(row.path("at").asLong()));
    }
    if (row.has("points_to")) {
      return new Row.OfName(NameJson.read(new FunctionName(record.key()), row));
    }
    return new Row.OfFunction(state(id(record.key()), row));
  }

  private static FunctionState state(FunctionId id, JsonNode row) {
    JsonNode spec = row.path("spec");
    return new FunctionState(
        SpecJson.read(
            id,
            spec,
            text(spec, "sha256"),
            spec.path("bytes").asInt(),
            Instant.ofEpochMilli(spec.path("registered").asLong())),
        FunctionStatusJson.read(row.path("status")),
        row.path("served").asBoolean(),
        lastEnd(row.path("lastEnd")),
        LayerWire.read(row.path("layer")),
        VersionJson.read(row),
        row.has("schema") ? new FunctionSchema(row.path("schema").toString()) : null);
  }

  private static @Nullable LastEnd lastEnd(JsonNode end) {
    return end.isObject()
        ? new LastEnd(
            text(end, "reason"),
            Instant.ofEpochMilli(end.path("at").asLong()),
            end.path("count").asInt())
        : null;
  }

  private static PlatformInfo platform(JsonNode row) {
    return new PlatformInfo(
        text(row, "platform"),
        texts(row, "languages").stream()
            .map(name -> LanguageJson.read(name, row.path("hints").path(name)))
            .toList(),
        text(row, "isolation"),
        row.path("outlives_deployer").asBoolean(true),
        row.has("memory_mib")
            ? OptionalInt.of(row.path("memory_mib").asInt())
            : OptionalInt.empty(),
        row.path("logs_with_calls").asBoolean(),
        row.path("runs_images").asBoolean());
  }

  private static ObjectNode row() {
    return JsonNodeFactory.instance.objectNode().put("v", VERSION);
  }

  private static ProducerRecord<String, byte[]> record(String key, ObjectNode row) {
    return new ProducerRecord<>(Topics.FUNCTIONS.name(), key, Json.bytes(row));
  }
}
