package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** An HTTP answer; a node in it must not change any more. */
record Answer(int status, Map<String, String> headers, Body body) {

  /** What the answer carries. */
  sealed interface Body {}

  record JsonBody(JsonNode node) implements Body {}

  record RawBody(byte[] bytes) implements Body {}

  static Answer json(int status, JsonNode node) {
    return new Answer(status, Map.of("Content-Type", "application/json"), new JsonBody(node));
  }

  static Answer text(int status, String type, String text) {
    return raw(status, Map.of("Content-Type", type), text.getBytes(StandardCharsets.UTF_8));
  }

  static Answer raw(int status, Map<String, String> headers, byte[] bytes) {
    return new Answer(status, headers, new RawBody(bytes));
  }

  static Answer empty(int status) {
    return raw(status, Map.of(), new byte[0]);
  }

  Answer with(String header, String value) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put(header, value);
    return new Answer(status, all, body);
  }

  byte[] bytes() {
    try {
      return switch (body) {
        case JsonBody json -> Json.MAPPER.writeValueAsBytes(json.node());
        case RawBody raw -> raw.bytes();
      };
    } catch (IOException e) {
      throw new UncheckedIOException("an answer that cannot be written as JSON", e);
    }
  }
}
