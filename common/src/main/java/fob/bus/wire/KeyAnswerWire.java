package fob.bus.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.call.KeyAnswer;
import fob.call.RequestId;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Converts answers to calls with an idempotency key to records of {@code fob.response}, and back.
 * The record's key is the id in the call's {@link CallWire#KEY_ANSWER}, which is no request id. So
 * nobody who looks for the result of a call finds an answer.
 */
public final class KeyAnswerWire {

  private static final String FIRST = "key-first";
  private static final String REPEAT = "key-repeat";
  private static final String REFUSED = "key-refused";
  private static final String CALL = "call";
  private static final String SAME_PAYLOAD = "samePayload";

  private KeyAnswerWire() {}

  /**
   * @param id see {@link fob.call.CallKey#answer}
   */
  public static ProducerRecord<String, byte[]> encode(RequestId id, KeyAnswer answer) {
    ObjectNode json =
        switch (answer) {
          case KeyAnswer.First _ -> JsonNodeFactory.instance.objectNode();
          case KeyAnswer.Repeat(RequestId first, boolean samePayload) ->
              JsonNodeFactory.instance
                  .objectNode()
                  .put(CALL, first.value())
                  .put(SAME_PAYLOAD, samePayload);
          case KeyAnswer.Refused(var why) -> ResponseWire.json(why);
        };
    String status =
        switch (answer) {
          case KeyAnswer.First _ -> FIRST;
          case KeyAnswer.Repeat _ -> REPEAT;
          case KeyAnswer.Refused _ -> REFUSED;
        };
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(Topics.RESPONSE.name(), id.value(), Json.bytes(json));
    TextHeaders.add(record.headers(), ResponseWire.STATUS, status);
    return record;
  }

  /** Returns whether a record of {@code fob.response} is an answer, and not a response. */
  public static boolean isAnswer(ConsumerRecord<String, byte[]> record) {
    return switch (status(record)) {
      case FIRST, REPEAT, REFUSED -> true;
      default -> false;
    };
  }

  private static String status(ConsumerRecord<String, byte[]> record) {
    return TextHeaders.read(record.headers(), ResponseWire.STATUS).orElse("");
  }

  /**
   * @throws IllegalArgumentException if the record is not an answer
   */
  public static KeyAnswer decode(ConsumerRecord<String, byte[]> record) {
    JsonNode json = Json.parse(record.value());
    return switch (status(record)) {
      case FIRST -> new KeyAnswer.First();
      case REPEAT ->
          new KeyAnswer.Repeat(
              new RequestId(json.path(CALL).asText()), json.path(SAME_PAYLOAD).asBoolean());
      case REFUSED ->
          new KeyAnswer.Refused(ResponseWire.failed(json.path("reason").asText(), json));
      case String status -> throw new IllegalArgumentException("unknown status " + status);
    };
  }
}
