package fob.bus.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.call.Call;
import fob.call.Failure;
import fob.call.LetterPlace;
import fob.call.LetterQuestion;
import fob.call.RequestId;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Converts questions about dead letters to records of {@code fob.call}, and back. A question is in
 * the partition that it is about, so the owner of the partition reads it. It names no function. So
 * an invoker that does not know questions answers that it is a bad request, and runs nothing.
 */
public final class LetterQuestionWire {

  /** What the record asks about. Absent: the record is a call. */
  public static final String QUESTION = "fob-question";

  private static final String DEAD_LETTERS = "dead-letters";
  private static final String NO_FUNCTION = "";

  private static final String ASK = "ask";
  private static final String ID = "id";
  private static final String AS = "as";
  private static final String FUNCTIONS = "functions";
  private static final String REASON = "reason";
  private static final String BEFORE = "before";
  private static final String LIMIT = "limit";

  private LetterQuestionWire() {}

  /**
   * @param id what the answer has as its key
   * @param deadline until when the gateway waits
   */
  public static ProducerRecord<String, byte[]> encode(
      int partition, RequestId id, Instant deadline, LetterQuestion question) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(Topics.CALL.name(), partition, null, Json.bytes(json(question)));
    Headers headers = record.headers();
    TextHeaders.add(headers, CallWire.REQUEST_ID, id.value());
    TextHeaders.add(headers, CallWire.FUNCTION, NO_FUNCTION);
    TextHeaders.add(headers, CallWire.DEADLINE, Long.toString(deadline.toEpochMilli()));
    TextHeaders.add(headers, CallWire.CONTENT_TYPE, Call.JSON);
    TextHeaders.add(headers, QUESTION, DEAD_LETTERS);
    return record;
  }

  private static ObjectNode json(LetterQuestion question) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    switch (question) {
      case LetterQuestion.Listing(var functions, var reason, var before, int limit) -> {
        json.put(ASK, "list").put(LIMIT, limit);
        ArrayNode names = json.putArray(FUNCTIONS);
        functions.stream().sorted().forEach(names::add);
        if (reason != null) {
          json.put(REASON, reason.label());
        }
        if (before != null) {
          json.put(BEFORE, before.toString());
        }
      }
      case LetterQuestion.Find(var id) -> json.put(ASK, "find").put(ID, id.value());
      case LetterQuestion.Delete(var id) -> json.put(ASK, "delete").put(ID, id.value());
      case LetterQuestion.Redrive(var id, var as) ->
          json.put(ASK, "redrive").put(ID, id.value()).put(AS, as.value());
    }
    return json;
  }

  /** Whether a record of {@code fob.call} is a question, and not a call. */
  public static boolean isQuestion(ConsumerRecord<String, byte[]> record) {
    return record.headers().lastHeader(QUESTION) != null;
  }

  /** What the answer to this question has as its key. */
  public static RequestId id(ConsumerRecord<String, byte[]> record) {
    return CallWire.requestId(record);
  }

  /** Until when the gateway waits; a question without a deadline is too late. */
  public static Instant deadline(ConsumerRecord<String, byte[]> record) {
    return TextHeaders.instant(record.headers(), CallWire.DEADLINE).orElse(Instant.EPOCH);
  }

  /**
   * @throws IllegalArgumentException if the question is not known, or malformed
   */
  public static LetterQuestion decode(ConsumerRecord<String, byte[]> record) {
    String about = TextHeaders.read(record.headers(), QUESTION).orElse("");
    if (!about.equals(DEAD_LETTERS) || record.value() == null) {
      throw new IllegalArgumentException("unknown question about '" + about + "'");
    }
    JsonNode json = Json.parse(record.value());
    return switch (json.path(ASK).asText()) {
      case "list" -> list(json);
      case "find" -> new LetterQuestion.Find(id(json, ID));
      case "delete" -> new LetterQuestion.Delete(id(json, ID));
      case "redrive" -> new LetterQuestion.Redrive(id(json, ID), id(json, AS));
      case String other -> throw new IllegalArgumentException("unknown question '" + other + "'");
    };
  }

  private static LetterQuestion list(JsonNode json) {
    Set<String> functions = new HashSet<>();
    json.path(FUNCTIONS).forEach(name -> functions.add(name.asText()));
    return new LetterQuestion.Listing(
        functions,
        optional(json, REASON, text -> Failure.ofLabel(text).orElseThrow(() -> malformed(REASON))),
        optional(
            json, BEFORE, text -> LetterPlace.parse(text).orElseThrow(() -> malformed(BEFORE))),
        json.path(LIMIT).asInt());
  }

  private static <T> @Nullable T optional(JsonNode json, String name, Function<String, T> parser) {
    return json.hasNonNull(name) ? parser.apply(json.path(name).asText()) : null;
  }

  private static RequestId id(JsonNode json, String name) {
    return new RequestId(json.path(name).asText());
  }

  private static IllegalArgumentException malformed(String name) {
    return new IllegalArgumentException("the question's " + name + " cannot be read");
  }
}
