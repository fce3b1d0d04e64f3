package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.Headers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request as the resources see it.
 *
 * @param path decoded, without the server's prefix
 * @param rawPath as it was sent, without the server's prefix, with the query
 */
record Request(
    String method,
    String path,
    String rawPath,
    Map<String, List<String>> query,
    Headers headers,
    byte[] body,
    InetSocketAddress remote) {

  static Map<String, List<String>> parseQuery(@Nullable String raw) {
    Map<String, List<String>> query = new LinkedHashMap<>();
    if (raw == null || raw.isEmpty()) {
      return query;
    }
    for (String pair : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      query.computeIfAbsent(decode(name), key -> new ArrayList<>()).add(decode(value));
    }
    return query;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  List<String> all(String name) {
    return query.getOrDefault(name, List.of());
  }

  boolean flag(String name, boolean whenAbsent) {
    List<String> values = all(name);
    return values.isEmpty() ? whenAbsent : values.getFirst().equals("true");
  }

  String header(String name) {
    String value = headers.getFirst(name);
    return value == null ? "" : value;
  }

  String accept() {
    return header("Accept");
  }

  /** The body as JSON; what Marathon answers to one that is none is thrown. */
  JsonNode json() {
    if (new String(body, StandardCharsets.UTF_8).isBlank()) {
      throw Refusal.badJson(
          "Please specify data in JSON format", "No content to map due to end-of-input");
    }
    try {
      return Json.MAPPER.readTree(body);
    } catch (IOException e) {
      throw Refusal.badJson("Invalid JSON", String.valueOf(e.getMessage()));
    }
  }
}
