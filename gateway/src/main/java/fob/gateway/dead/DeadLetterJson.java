package fob.gateway.dead;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.AttemptsJson;
import fob.call.DeadLetter;

/** Dead letters as users see them. */
final class DeadLetterJson {

  private DeadLetterJson() {}

  static ObjectNode of(DeadLetter letter) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", letter.id().value())
            .put("function", letter.function())
            .put("reason", letter.failure().label())
            .put("message", letter.message())
            .put("accepted", letter.accepted().toString())
            .put("died", letter.died().toString())
            .put("payload_bytes", letter.payloadBytes());
    json.set("attempts", AttemptsJson.write(letter.history()));
    return json;
  }
}
