package fob.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import java.net.http.HttpHeaders;
import java.time.Duration;

/**
 * An HTTP response of fob.
 *
 * @param took the time from the request to the end of the response
 */
record Answer(int status, HttpHeaders headers, byte[] body, Duration took) {

  /** Returns the body, in JSON without the newline at its end. */
  String text() {
    String text = new String(body, UTF_8);
    return header("Content-Type").contains("json") && text.endsWith("\n")
        ? text.substring(0, text.length() - 1)
        : text;
  }

  JsonNode json() {
    return Json.parse(body);
  }

  String header(String name) {
    return headers.firstValue(name).orElse("");
  }

  /** Returns a text in the JSON body, found by a JSON pointer. */
  String at(String pointer) {
    return json().at(pointer).asText();
  }

  @Override
  public String toString() {
    return status + " in " + took.toMillis() + " ms: " + text();
  }
}
