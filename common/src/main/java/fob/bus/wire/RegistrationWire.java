package fob.bus.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionName;
import fob.function.FunctionSpec;
import fob.function.Limits;
import fob.function.NameChange;
import fob.function.Registration;
import fob.service.Text;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Converts registrations, removals and changes of names to records of {@code fob.gen}, and back.
 *
 * <p>The key of a registration is the function's id, and the value is the code, unchanged; a null
 * value removes the function. The settings are in the header {@code fob-spec}. If the key is a
 * name, the value says where the name is to lead; a null value removes the name with all its
 * versions. Who asks is in {@code fob-actor}. Golden files hold the format.
 */
public final class RegistrationWire {

  static final String SPEC = "fob-spec";

  /** Who makes the request, for people. Absent: {@link Registration#ANONYMOUS}. */
  static final String ACTOR = "fob-actor";

  /** The id of a change of a name. */
  static final String CHANGE = "fob-change";

  private static final int LONGEST_TEXT = 200;
  private static final String UNKNOWN_LANGUAGE = "unknown";

  private RegistrationWire() {}

  public static ProducerRecord<String, byte[]> encode(Registration registration) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(Topics.GEN.name(), registration.key(), value(registration));
    switch (registration) {
      case Registration.Register(FunctionSpec spec, Code _, String _) ->
          TextHeaders.add(record.headers(), SPEC, SpecJson.write(spec).toString());
      case Registration.ChangeName(FunctionName _, NameChange change) ->
          TextHeaders.add(record.headers(), CHANGE, change.id());
      case Registration.Remove _, Registration.RemoveName _ -> {}
    }
    if (!registration.by().equals(Registration.ANONYMOUS)) {
      TextHeaders.add(record.headers(), ACTOR, registration.by());
    }
    return record;
  }

  private static byte @Nullable [] value(Registration registration) {
    return switch (registration) {
      case Registration.Register(FunctionSpec _, Code code, String _) -> code.bytes();
      case Registration.ChangeName(FunctionName _, NameChange change) ->
          Json.bytes(
              JsonNodeFactory.instance
                  .objectNode()
                  .set("weights", NameJson.write(change.weights())));
      case Registration.Remove _, Registration.RemoveName _ -> null;
    };
  }

  /**
   * @throws IllegalArgumentException if the record is not a registration; the message says why
   */
  public static Registration decode(ConsumerRecord<String, byte[]> record) {
    String by = text(record, ACTOR).orElse(Registration.ANONYMOUS);
    if (record.key() != null && FunctionName.isValid(record.key())) {
      return ofName(new FunctionName(record.key()), record, by);
    }
    FunctionId id = JsonFields.id(record.key());
    if (record.value() == null) {
      return new Registration.Remove(id, by);
    }
    JsonNode settings =
        Json.parse(
            TextHeaders.read(record.headers(), SPEC)
                .orElseThrow(() -> new IllegalArgumentException("no " + SPEC + " header"))
                .getBytes(UTF_8));
    SpecJson.requireSettings(settings);
    Code code = code(record.value());
    return new Registration.Register(
        SpecJson.read(
            id,
            settings,
            code.sha256(),
            code.bytes().length,
            Instant.ofEpochMilli(record.timestamp())),
        code,
        by);
  }

  private static Registration ofName(
      FunctionName name, ConsumerRecord<String, byte[]> record, String by) {
    if (record.value() == null) {
      return new Registration.RemoveName(name, by);
    }
    return new Registration.ChangeName(
        name,
        new NameChange(
            text(record, CHANGE).orElseGet(() -> "offset-" + record.offset()),
            Instant.ofEpochMilli(record.timestamp()),
            by,
            NameJson.weights(Json.parse(record.value()).path("weights"))));
  }

  private static Optional<String> text(ConsumerRecord<String, byte[]> record, String header) {
    return TextHeaders.read(record.headers(), header)
        .map(text -> Text.printable(text, LONGEST_TEXT));
  }

  private static Code code(byte[] value) {
    if (value.length > Topics.MAX_VALUE_BYTES) {
      throw new IllegalArgumentException(
          "the code has %d bytes, the most is %d".formatted(value.length, Topics.MAX_VALUE_BYTES));
    }
    if (value.length == 0) {
      throw new IllegalArgumentException("the code is empty");
    }
    return new Code(value);
  }

  /**
   * Reads what can be read of a registration that {@link #decode} refuses: its id and its code. The
   * settings are the default ones.
   *
   * @return empty if the id cannot be read
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
}
