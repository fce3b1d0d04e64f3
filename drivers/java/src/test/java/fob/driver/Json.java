package fob.driver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;

/** JSON in tests, where an apostrophe stands for a quotation mark. */
public final class Json {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  /** Parses JSON with apostrophes. */
  public static JsonNode of(String text) {
    return parse(quoted(text));
  }

  /** Parses JSON as it is. */
  public static JsonNode parse(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("this is not JSON: " + text, e);
    }
  }

  static String quoted(String text) {
    return text.replace('\'', '"');
  }

  /** Returns a text as JSON. */
  static String text(String text) {
    try {
      return MAPPER.writeValueAsString(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
