package fob.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import fob.service.Text;
import java.util.Map;

/**
 * Cuts the error object of a driver to a size that fits into a record. The user's code influences
 * the object, so its size is not trusted. An instance cuts one object.
 */
final class ErrorDetail {

  private static final int MOST_CHARS = 32_768;
  private static final int LONGEST_TEXT = 2_000;
  private static final int LONGEST_NAME = 200;
  private static final int MOST_ITEMS = 100;
  private static final int DEEPEST = 4;

  /** Short values (a reason, a type, a number) are always kept, because clients rely on them. */
  private static final int ALWAYS_KEPT = 64;

  private int left = MOST_CHARS;

  private ErrorDetail() {}

  /** Returns a copy of the error that is not too large. */
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
    String brief = Text.cut(text, Math.max(ALWAYS_KEPT, Math.min(LONGEST_TEXT, left)));
    left -= brief.length();
    return brief.equals(text) ? node : TextNode.valueOf(brief);
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
      boolean isShort = member.getValue().isValueNode() && name.length() <= ALWAYS_KEPT;
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
