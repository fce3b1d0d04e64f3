package fob.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * Makes the body of a call.
 *
 * @param contentType the type of data that the user gives
 */
record Payload(Surroundings surroundings, String contentType) {

  private static final MediaType JSON = MediaType.get("application/json");

  /**
   * Makes a body.
   *
   * @param parameters {@code NAME=VALUE} each
   * @param text whether all values are texts
   * @param data the whole body instead; null: none
   * @throws CommandFailure if a parameter is malformed
   */
  RequestBody of(List<String> parameters, boolean text, @Nullable String data) throws IOException {
    if (data != null) {
      MediaType type = MediaType.parse(contentType);
      if (type == null) {
        throw CommandFailure.usage(
            "--content-type=%s: expected a type such as text/plain".formatted(contentType));
      }
      return RequestBody.create(read(data), type);
    }
    ObjectNode json = Reply.MAPPER.createObjectNode();
    for (String parameter : parameters) {
      int end = parameter.indexOf('=');
      if (end < 1) {
        throw CommandFailure.usage("'%s': expected a parameter as NAME=VALUE".formatted(parameter));
      }
      String name = parameter.substring(0, end);
      if (json.has(name)) {
        throw CommandFailure.usage("the parameter '%s' is there twice".formatted(name));
      }
      String value = parameter.substring(end + 1);
      json.set(name, text ? json.textNode(value) : value(value));
    }
    return RequestBody.create(Reply.MAPPER.writeValueAsBytes(json), JSON);
  }

  private static JsonNode value(String text) {
    try {
      JsonNode json = Reply.MAPPER.readTree(text);
      return json == null || json.isMissingNode()
          ? Reply.MAPPER.getNodeFactory().textNode(text)
          : json;
    } catch (JacksonException e) {
      return Reply.MAPPER.getNodeFactory().textNode(text);
    }
  }

  private byte[] read(String data) throws IOException {
    if (data.equals("-") || data.equals("@-")) {
      return surroundings.input().readAllBytes();
    }
    return data.startsWith("@")
        ? Files.readAllBytes(surroundings.resolve(Path.of(data.substring(1))))
        : data.getBytes(StandardCharsets.UTF_8);
  }
}
