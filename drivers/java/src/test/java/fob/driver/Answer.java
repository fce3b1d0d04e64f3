package fob.driver;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * A response of a driver.
 *
 * @param headers by their names in lower case
 */
public record Answer(int status, Map<String, String> headers, JsonNode json) {

  /** Returns the result of the call. */
  public JsonNode result() {
    return json.path("result");
  }

  /** Returns a text of the error. */
  public String error(String member) {
    return json.path("error").path(member).asText();
  }

  String stack() {
    return json.path("error").path("stack").toString();
  }
}
