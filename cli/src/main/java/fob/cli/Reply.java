package fob.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import okhttp3.Headers;

/** A gateway's reply. */
record Reply(int status, Headers headers, byte[] body) {

  /** Numbers stay as they are written, and what comes after a value is an error. */
  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  boolean succeeded() {
    return status >= 200 && status < 300;
  }

  /** Whether it comes from a web server that is no gateway. */
  boolean isWebPage() {
    return header("Content-Type").startsWith("text/html");
  }

  /** Returns the body as JSON; the missing node if it is none. */
  JsonNode json() {
    return parse(body);
  }

  /** Reads JSON; the missing node if it is none. */
  static JsonNode parse(byte[] text) {
    try {
      JsonNode json = MAPPER.readTree(text);
      return json == null ? MissingNode.getInstance() : json;
    } catch (JacksonException e) {
      return MissingNode.getInstance();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Returns a header's value, or an empty text. */
  String header(String name) {
    String value = headers.get(name);
    return value == null ? "" : value;
  }
}
