package fob.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import fob.service.Text;
import java.util.Map;

/**
 * Cuts what a driver says of an error, which users' code has a hand in, to a size that fits beside
 * everything else in a record. Used once.
 */
final class ErrorDetail {

  private static final int MOST_CHARS = 32_768;
  private static final int LONGEST_TEXT = 2_000;
  private static final int LONGEST_NAME = 200;
  private static final int MOST_ITEMS = 100;
  private static final int DEEPEST = 4;

  /** Programs rely on these (a reason, a type, a number), so they are never left out. */
  private static final int SHORT = 64;

  private int left = MOST_CHARS;

  private ErrorDetail() {}

  static JsonNode bounded(JsonNode error) {
    return new ErrorDetail().cut(error, 0);
  }

  private JsonNode cut(JsonNode node, int depth) {
    return switch (node) {
      case ArrayNode array -> array(array, depth);
      case ObjectNode object -> object(object, depth);
      default -> scalar(node);
    };
  }

  private JsonNode scalar(JsonNode node) {
    String text = node.asText();
    String brief = Text.cut(text, Math.max(SHORT, Math.min(LONGEST_TEXT, left)));
    left -= brief.length();
    return brief.length() == text.length() ? node : TextNode.valueOf(brief);
  }

  private JsonNode array(ArrayNode array, int depth) {
    ArrayNode brief = JsonNodeFactory.instance.arrayNode();
    for (JsonNode item : array) {
      if (isFull(brief.size(), depth)) {
        return brief.add("and " + (array.size() - brief.size()) + " more");
      }
      brief.add(cut(item, depth + 1));
    }
    return brief;
  }

  private JsonNode object(ObjectNode object, int depth) {
    ObjectNode brief = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      String name = member.getKey();
      boolean isShort = member.getValue().isValueNode() && name.length() <= SHORT;
      if (isFull(brief.size(), depth) && !(isShort && brief.size() < MOST_ITEMS)) {
        continue;
      }
      left -= Math.min(name.length(), LONGEST_NAME);
      brief.set(Text.cut(name, LONGEST_NAME), cut(member.getValue(), depth + 1));
    }
    return brief;
  }

  private boolean isFull(int size, int depth) {
    return size >= MOST_ITEMS || left <= 0 || depth >= DEEPEST;
  }
}
