package fob.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A server-sent event without an id. Immutable.
 *
 * @param data without line breaks
 */
public record Event(String name, String data) {

  public static Event of(String name, JsonNode json) {
    return new Event(name, json.toString());
  }
}
