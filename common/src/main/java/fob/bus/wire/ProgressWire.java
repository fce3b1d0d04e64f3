package fob.bus.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.call.Progress;
import fob.call.RequestId;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Converts the progress of asynchronous calls to records of {@code fob.progress}, and back. */
public final class ProgressWire {

  private ProgressWire() {}

  public static ProducerRecord<String, byte[]> encode(Progress progress) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("state", progress.state().label())
            .put("attempt", progress.attempt())
            .put("function", progress.function());
    if (progress.next() != null) {
      json.put("next", progress.next().toString());
    }
    if (!progress.history().isEmpty()) {
      json.set("attempts", AttemptsJson.write(progress.history()));
    }
    return new ProducerRecord<>(Topics.PROGRESS.name(), progress.id().value(), Json.bytes(json));
  }

  /**
   * @throws IllegalArgumentException if the record does not tell the progress of a call
   */
  public static Progress decode(ConsumerRecord<String, byte[]> record) {
    JsonNode json = Json.parse(record.value());
    String state = json.path("state").asText();
    return new Progress(
        new RequestId(record.key()),
        json.path("function").asText(),
        Progress.State.ofLabel(state)
            .orElseThrow(() -> new IllegalArgumentException("unknown state " + state)),
        json.path("attempt").asInt(1),
        json.has("next") ? AttemptsJson.instant(json.path("next").asText()).orElse(null) : null,
        AttemptsJson.read(json.path("attempts")));
  }
}
