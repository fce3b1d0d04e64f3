package fob.deployer.marathon.body;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import fob.bus.wire.Json;
import java.util.stream.Collectors;

/**
 * Reads JSON bodies of replies. Texts have at most 600 characters, since they end in functions'
 * statuses.
 */
public final class ReplyBody {

  private static final int LONGEST = 600;

  private ReplyBody() {}

  /** The JSON; a missing node if the bytes are not JSON. */
  public static JsonNode lenient(byte[] bytes) {
    try {
      return Json.parse(bytes);
    } catch (IllegalArgumentException notJson) {
      return MissingNode.getInstance();
    }
  }

  /** The body's message with its details: {@code Object is not valid (/cpus: too small)}. */
  public static String message(JsonNode body) {
    String message = body.path("message").asText();
    JsonNode details = body.path("details");
    if (details.isTextual()) {
      message += " (" + details.asText() + ")";
    } else if (details.isArray() && !details.isEmpty()) {
      message +=
          details
              .valueStream()
              .map(detail ->
                  detail.path("path").asText()
                      + ": "
                      + detail
                          .path("errors")
                          .valueStream()
                          .map(JsonNode::asText)
                          .collect(Collectors.joining(", ")))
              .collect(Collectors.joining("; ", " (", ")"));
    }
    return shortened(message);
  }

  /** The message after a colon; empty if there is none. */
  public static String said(JsonNode body) {
    String message = message(body);
    return message.isEmpty() ? "" : ": " + message;
  }

  public static String shortened(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }
}
