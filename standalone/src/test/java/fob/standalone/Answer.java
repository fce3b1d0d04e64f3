package fob.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.Json;
import java.net.http.HttpHeaders;
import java.time.Duration;

/**
 * What fob answered over HTTP.
 *
 * @param took from the request to the end of the answer
 */
record Answer(int status, HttpHeaders headers, byte[] body, Duration took) {

  String text() {
    return new String(body, UTF_8);
  }

  JsonNode json() {
    return Json.parse(body);
  }

  String header(String name) {
    return headers.firstValue(name).orElse("");
  }

  /** A text member of the JSON, found by its JSON pointer. */
  String at(String pointer) {
    return json().at(pointer).asText();
  }

  @Override
  public String toString() {
    return status + " in " + took.toMillis() + " ms: " + text();
  }
}
