package fob.bus.wire;

import com.fasterxml.jackson.databind.JsonNode;
import fob.function.FunctionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads required fields of JSON records. A missing or wrong one is an IllegalArgumentException. */
final class JsonFields {

  private JsonFields() {}

  static String text(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (!value.isTextual()) {
      throw new IllegalArgumentException("'" + field + "' is missing or not text");
    }
    return value.asText();
  }

  static List<String> texts(JsonNode json, String field) {
    List<String> texts = new ArrayList<>();
    json.path(field).forEach(text -> texts.add(text.asText()));
    return texts;
  }

  static FunctionId id(@Nullable String text) {
    return Optional.ofNullable(text)
        .flatMap(FunctionId::parse)
        .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is not a function id"));
  }
}
