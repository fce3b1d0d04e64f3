package fob.deployer.local;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.function.FunctionStatus.FailureReason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A message of a driver on its standard output, one JSON object in each line. A hostile function
 * can write there, too, but only about itself. So texts are bounded, and other lines are ignored.
 */
sealed interface DriverEvent extends InstanceEvent {

  String CUT = "the function failed to load, and its driver says why at too great a length";

  /** The driver has loaded the function and serves calls. */
  record Ready() implements DriverEvent {}

  /** The function's code cannot be loaded, not even by another instance. */
  record LoadFailed(FailureReason failure) implements DriverEvent {}

  /** The driver takes no more calls, and ends when the running ones have ended. */
  record Draining(String reason) implements DriverEvent {}

  /** Reads a line; empty if it is no event. */
  static Optional<DriverEvent> parse(byte[] line) {
    if (line.length == 0 || line[0] != '{') {
      return Optional.empty();
    }
    try {
      return of(Json.parse(line));
    } catch (IllegalArgumentException cutOrJunk) {
      return line.length < SandboxOutput.LONGEST_EVENT ? Optional.empty() : of(beginning(line));
    }
  }

  private static Optional<DriverEvent> of(JsonNode event) {
    return switch (event.path("event").asText()) {
      case "ready" -> Optional.of(new Ready());
      case "failed" -> Optional.of(new LoadFailed(failure(event.path("error"))));
      case "draining" -> Optional.of(new Draining(bounded(event.path("reason"), "")));
      default -> Optional.empty();
    };
  }

  /** Reads the complete texts of an event that was cut off, and of its error. */
  private static JsonNode beginning(byte[] line) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    ObjectNode error = event.putObject("error").put("message", CUT);
    int depth = 0;
    try (JsonParser json = Json.MAPPER.createParser(line)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token.isStructStart()) {
          depth++;
        } else if (token.isStructEnd()) {
          depth--;
        } else if (token == JsonToken.VALUE_STRING && depth <= 2) {
          String name = json.currentName();
          (depth == 1 ? event : error).put(name == null ? "" : name, json.getText());
        }
      }
    } catch (IOException end) {
      // Here it was cut off.
    }
    return event;
  }

  private static FailureReason failure(JsonNode error) {
    List<String> stack = new ArrayList<>();
    for (JsonNode entry : error.path("stack")) {
      if (stack.size() == Bounds.STACK_LINES) {
        break;
      }
      stack.add(bounded(entry, ""));
    }
    String type = bounded(error.path("type"), "");
    return new FailureReason(
        bounded(error.path("message"), "the function failed to load"),
        type.isEmpty() ? null : type,
        stack);
  }

  private static String bounded(JsonNode node, String otherwise) {
    String text = node.asText(otherwise);
    return text.length() <= Bounds.TEXT ? text : text.substring(0, Bounds.TEXT) + "…";
  }

  /** The bounds of texts: they become a part of a status, which every gateway and invoker reads. */
  final class Bounds {
    static final int TEXT = 8192;
    static final int STACK_LINES = 200;

    private Bounds() {}
  }
}
