package fob.bus;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionName;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.Instance;
import fob.function.LastEnd;
import fob.function.Limits;
import fob.function.PlatformInfo;
import fob.function.Registration;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Registrations, functions and code on the bus. A registration's value is the code as it is, and
 * null to remove; its settings travel in the {@code fob-spec} header. Golden files hold the format.
 */
public final class FunctionWire {

  /** A row of {@code fob.functions}. */
  public sealed interface Row {
    /** Key: function id. */
    record OfFunction(FunctionState state) implements Row {}

    /** Key: function name. */
    record OfName(FunctionId id) implements Row {}

    /**
     * Key: {@link #PLATFORM_KEY}. The active deployer writes it again and again.
     *
     * @param at when it was written, by the deployer's clock
     */
    record OfPlatform(PlatformInfo info, Instant at) implements Row {}
  }

  /** Cannot be a function's id or name. */
  public static final String PLATFORM_KEY = "_platform";

  static final String SPEC = "fob-spec";
  private static final int VERSION = 1;
  private static final String UNKNOWN_LANGUAGE = "unknown";

  private FunctionWire() {}

  public static ProducerRecord<String, byte[]> encode(Registration registration) {
    String key = registration.id().toString();
    return switch (registration) {
      case Registration.Remove _ -> new ProducerRecord<>(Topics.GEN.name(), key, null);
      case Registration.Register(FunctionSpec spec, Code code) -> {
        ProducerRecord<String, byte[]> record =
            new ProducerRecord<>(Topics.GEN.name(), key, code.bytes());
        TextHeaders.write(record.headers(), SPEC, SpecJson.write(spec).toString());
        yield record;
      }
    };
  }

  /**
   * @throws IllegalArgumentException if the record is not a registration; the message says why
   */
  public static Registration decodeRegistration(ConsumerRecord<String, byte[]> record) {
    FunctionId id = id(record.key());
    if (record.value() == null) {
      return new Registration.Remove(id);
    }
    JsonNode settings =
        Json.parse(
            TextHeaders.read(record.headers(), SPEC)
                .orElseThrow(() -> new IllegalArgumentException("no " + SPEC + " header"))
                .getBytes(UTF_8));
    SpecJson.requireSettings(settings);
    if (record.value().length > Topics.MAX_VALUE_BYTES) {
      throw new IllegalArgumentException(
          "the code has %d bytes, the most is %d"
              .formatted(record.value().length, Topics.MAX_VALUE_BYTES));
    }
    if (record.value().length == 0) {
      throw new IllegalArgumentException("the code is empty");
    }
    Code code = new Code(record.value());
    return new Registration.Register(
        SpecJson.read(
            id,
            settings,
            code.sha256(),
            code.bytes().length,
            Instant.ofEpochMilli(record.timestamp())),
        code);
  }

  /**
   * What stands for a registration that {@link #decodeRegistration} refuses: its id, its code, and
   * standard settings. Empty if not even the id can be read.
   */
  public static Optional<FunctionSpec> specOfRefused(ConsumerRecord<String, byte[]> record) {
    Code code = new Code(record.value() == null ? new byte[0] : record.value());
    return Optional.ofNullable(record.key())
        .flatMap(FunctionId::parse)
        .map(id ->
            new FunctionSpec(
                id,
                UNKNOWN_LANGUAGE,
                null,
                Limits.DEFAULT,
                code.sha256(),
                code.bytes().length,
                Instant.ofEpochMilli(record.timestamp())));
  }

  public static ProducerRecord<String, byte[]> encode(FunctionState state) {
    FunctionSpec spec = state.spec();
    ObjectNode row = row();
    row.set(
        "spec",
        SpecJson.write(spec)
            .put("sha256", spec.codeSha256())
            .put("bytes", spec.codeBytes())
            .put("registered", spec.registered().toEpochMilli()));
    row.set("status", json(state.status()));
    LastEnd end = state.lastEnd();
    if (end != null) {
      row.putObject("lastEnd")
          .put("reason", end.reason())
          .put("at", end.at().toEpochMilli())
          .put("count", end.count());
    }
    row.put("served", state.served());
    return functions(spec.id().toString(), row);
  }

  public static ProducerRecord<String, byte[]> encode(FunctionName name, FunctionId id) {
    return functions(name.value(), row().put("points_to", id.toString()));
  }

  public static ProducerRecord<String, byte[]> encode(PlatformInfo info, Instant at) {
    ObjectNode row = row().put("platform", info.platform()).put("isolation", info.isolation());
    info.languages().forEach(row.putArray("languages")::add);
    row.put("outlives_deployer", info.outlivesDeployer()).put("at", at.toEpochMilli());
    info.memoryMiB().ifPresent(memory -> row.put("memory_mib", memory));
    return functions(PLATFORM_KEY, row);
  }

  /** Forgets a function or a name. */
  public static ProducerRecord<String, byte[]> forget(String key) {
    return new ProducerRecord<>(Topics.FUNCTIONS.name(), key, null);
  }

  /**
   * @throws IllegalArgumentException if the record is not such a row
   */
  public static Row decodeRow(ConsumerRecord<String, byte[]> record) {
    JsonNode row = Json.parse(record.value());
    if (row.path("v").asInt() != VERSION) {
      throw new IllegalArgumentException("row of version " + row.path("v") + ", not " + VERSION);
    }
    if (record.key().equals(PLATFORM_KEY)) {
      return new Row.OfPlatform(platform(row), Instant.ofEpochMilli(row.path("at").asLong()));
    }
    if (row.has("points_to")) {
      if (!FunctionName.isValid(record.key())) {
        throw new IllegalArgumentException("'" + record.key() + "' is not a function name");
      }
      return new Row.OfName(id(text(row, "points_to")));
    }
    JsonNode spec = row.path("spec");
    return new Row.OfFunction(
        new FunctionState(
            SpecJson.read(
                id(record.key()),
                spec,
                text(spec, "sha256"),
                spec.path("bytes").asInt(),
                Instant.ofEpochMilli(spec.path("registered").asLong())),
            status(row.path("status")),
            row.path("served").asBoolean(),
            lastEnd(row.path("lastEnd"))));
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
        texts(row, "languages"),
        text(row, "isolation"),
        row.path("outlives_deployer").asBoolean(true),
        row.has("memory_mib")
            ? OptionalInt.of(row.path("memory_mib").asInt())
            : OptionalInt.empty());
  }

  private static ObjectNode row() {
    return JsonNodeFactory.instance.objectNode().put("v", VERSION);
  }

  private static ProducerRecord<String, byte[]> functions(String key, ObjectNode row) {
    return new ProducerRecord<>(Topics.FUNCTIONS.name(), key, Json.bytes(row));
  }

  private static ObjectNode json(FunctionStatus status) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    switch (status) {
      case FunctionStatus.Deploying(String note) ->
          json.put("state", "deploying").put("note", note);
      case FunctionStatus.Ready(List<Instance> instances) -> {
        json.put("state", "ready");
        for (Instance instance : instances) {
          json.withArray("instances")
              .addObject()
              .put("id", instance.id())
              .put("address", instance.address().toString());
        }
      }
      case FunctionStatus.Failed(FunctionStatus.FailureReason failure) -> {
        json.put("state", "failed").put("message", failure.message());
        if (failure.type() != null) {
          json.put("type", failure.type());
        }
        failure.stack().forEach(json.putArray("stack")::add);
      }
    }
    return json;
  }

  private static FunctionStatus status(JsonNode json) {
    return switch (text(json, "state")) {
      case "deploying" -> new FunctionStatus.Deploying(text(json, "note"));
      case "ready" -> {
        List<Instance> instances = new ArrayList<>();
        for (JsonNode instance : json.path("instances")) {
          instances.add(new Instance(text(instance, "id"), URI.create(text(instance, "address"))));
        }
        yield new FunctionStatus.Ready(instances);
      }
      case "failed" ->
          new FunctionStatus.Failed(
              new FunctionStatus.FailureReason(
                  text(json, "message"),
                  json.has("type") ? text(json, "type") : null,
                  texts(json, "stack")));
      default -> throw new IllegalArgumentException("unknown state " + json.path("state"));
    };
  }

  private static FunctionId id(String text) {
    return Optional.ofNullable(text)
        .flatMap(FunctionId::parse)
        .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is not a function id"));
  }

  static String text(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (!value.isTextual()) {
      throw new IllegalArgumentException("'" + field + "' is missing or not text");
    }
    return value.asText();
  }

  private static List<String> texts(JsonNode json, String field) {
    List<String> texts = new ArrayList<>();
    json.path(field).forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
