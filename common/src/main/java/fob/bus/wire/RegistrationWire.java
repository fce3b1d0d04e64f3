package fob.bus.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.Limits;
import fob.function.Registration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Converts registrations and removals to records of {@code fob.gen}, and back. The value is the
 * code, unchanged; a null value removes the function. The settings are in the header {@code
 * fob-spec}, and who asked is in {@code fob-actor}. Golden files hold the format.
 */
public final class RegistrationWire {

  static final String SPEC = "fob-spec";
  static final String ACTOR = "fob-actor";
  private static final String UNKNOWN_LANGUAGE = "unknown";

  private RegistrationWire() {}

  /**
   * @param actor who asks for it, for people
   */
  public static ProducerRecord<String, byte[]> encode(Registration registration, String actor) {
    ProducerRecord<String, byte[]> record = encode(registration);
    TextHeaders.add(record.headers(), ACTOR, actor);
    return record;
  }

  public static ProducerRecord<String, byte[]> encode(Registration registration) {
    String key = registration.id().toString();
    return switch (registration) {
      case Registration.Remove _ -> new ProducerRecord<>(Topics.GEN.name(), key, null);
      case Registration.Register(FunctionSpec spec, Code code) -> {
        ProducerRecord<String, byte[]> record =
            new ProducerRecord<>(Topics.GEN.name(), key, code.bytes());
        TextHeaders.add(record.headers(), SPEC, SpecJson.write(spec).toString());
        yield record;
      }
    };
  }

  /**
   * @throws IllegalArgumentException if the record is not a registration; the message says why
   */
  public static Registration decode(ConsumerRecord<String, byte[]> record) {
    FunctionId id = JsonFields.id(record.key());
    if (record.value() == null) {
      return new Registration.Remove(id);
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
        code);
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
