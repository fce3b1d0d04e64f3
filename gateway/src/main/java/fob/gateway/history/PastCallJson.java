package fob.gateway.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import fob.bus.wire.Json;
import fob.call.Call;
import java.util.Base64;

/** Writes a call as JSON for clients. */
final class PastCallJson {

  private PastCallJson() {}

  /** Parameters that are a JSON object are shown as they are; all others in Base64. */
  static ObjectNode of(PastCall past) {
    Call call = past.call();
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", call.id().value())
            .put("at", past.at().toString())
            .put("kind", past.async() ? "async" : "sync")
            .put("content_type", call.headers().contentType());
    return isJson(call)
        ? json.putRawValue("payload", new RawValue(new String(call.payload(), UTF_8)))
        : json.put("payload_base64", Base64.getEncoder().encodeToString(call.payload()));
  }

  private static boolean isJson(Call call) {
    if (!call.headers().contentType().startsWith(Call.JSON)) {
      return false;
    }
    try {
      Json.requireObject(call.payload());
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
