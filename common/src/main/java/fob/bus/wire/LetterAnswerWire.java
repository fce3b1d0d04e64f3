package fob.bus.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.call.LetterAnswer;
import fob.call.LetterPlace;
import fob.call.RequestId;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Converts answers to questions about dead letters to records of {@code fob.response}, and back.
 * The record's key is the id of the question, which is the request id of no call.
 */
public final class LetterAnswerWire {

  private static final String STATUS = "dead-letters";

  private static final String ANSWER = "answer";
  private static final String TOTAL = "total";
  private static final String NEWEST = "newest";
  private static final String MORE = "more";
  private static final String LEFT_OUT = "leftOut";
  private static final String PARTITION = "partition";
  private static final String PLACE = "place";

  private LetterAnswerWire() {}

  /**
   * @param id of the question
   */
  public static ProducerRecord<String, byte[]> encode(RequestId id, LetterAnswer answer) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(Topics.RESPONSE.name(), id.value(), Json.bytes(json(answer)));
    TextHeaders.add(record.headers(), ResponseWire.STATUS, STATUS);
    return record;
  }

  private static ObjectNode json(LetterAnswer answer) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    return switch (answer) {
      case LetterAnswer.Listed(int total, var newest, boolean more, long leftOut) -> {
        json.put(ANSWER, "listed").put(TOTAL, total).put(MORE, more).put(LEFT_OUT, leftOut);
        if (!newest.isEmpty()) {
          // All are of one partition.
          json.put(PARTITION, newest.getFirst().partition());
        }
        ArrayNode places = json.putArray(NEWEST);
        newest.forEach(place -> places.add(place.died()).add(place.offset()));
        yield json;
      }
      case LetterAnswer.Found(var place) -> json.put(ANSWER, "found").put(PLACE, place.toString());
      case LetterAnswer.Unknown _ -> json.put(ANSWER, "unknown");
      case LetterAnswer.Done _ -> json.put(ANSWER, "done");
      case LetterAnswer.NotNow _ -> json.put(ANSWER, "not-now");
      case LetterAnswer.NotUnderstood _ -> json.put(ANSWER, "not-understood");
    };
  }

  /** Whether a record of {@code fob.response} is an answer, and not the reply to a call. */
  public static boolean isAnswer(ConsumerRecord<String, byte[]> record) {
    return TextHeaders.read(record.headers(), ResponseWire.STATUS)
        .filter(STATUS::equals)
        .isPresent();
  }

  /**
   * Reads what came to a question. A reply to a call means that the owner took the question for a
   * call, since it does not know questions.
   *
   * @throws IllegalArgumentException if the answer is malformed
   */
  public static LetterAnswer decode(ConsumerRecord<String, byte[]> record) {
    if (!isAnswer(record)) {
      return new LetterAnswer.NotUnderstood();
    }
    JsonNode json = Json.parse(record.value());
    return switch (json.path(ANSWER).asText()) {
      case "listed" ->
          new LetterAnswer.Listed(
              json.path(TOTAL).asInt(),
              newest(json),
              json.path(MORE).asBoolean(),
              json.path(LEFT_OUT).asLong());
      case "found" ->
          new LetterAnswer.Found(
              LetterPlace.parse(json.path(PLACE).asText())
                  .orElseThrow(() -> new IllegalArgumentException("the answer has no place")));
      case "unknown" -> new LetterAnswer.Unknown();
      case "done" -> new LetterAnswer.Done();
      case "not-now" -> new LetterAnswer.NotNow();
      default -> new LetterAnswer.NotUnderstood();
    };
  }

  private static List<LetterPlace> newest(JsonNode json) {
    JsonNode places = json.path(NEWEST);
    int partition = json.path(PARTITION).asInt();
    List<LetterPlace> newest = new ArrayList<>();
    for (int at = 0; at + 1 < places.size(); at += 2) {
      newest.add(new LetterPlace(places.get(at).asLong(), partition, places.get(at + 1).asLong()));
    }
    return newest;
  }
}
