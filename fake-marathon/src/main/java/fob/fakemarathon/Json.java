package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Short ways to read and to make JSON. Thread-safe. */
final class Json {

  static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static ArrayNode array() {
    return MAPPER.createArrayNode();
  }

  static ArrayNode strings(Iterable<String> values) {
    ArrayNode array = array();
    values.forEach(array::add);
    return array;
  }

  static ArrayNode ints(Iterable<Integer> values) {
    ArrayNode array = array();
    values.forEach(array::add);
    return array;
  }

  /** The node as an object; an empty one when it is anything else. */
  static ObjectNode objectOrEmpty(JsonNode node) {
    return node instanceof ObjectNode object ? object : object();
  }

  static boolean has(JsonNode node, String field) {
    return node.hasNonNull(field);
  }

  static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }

  static Map<String, String> textMap(JsonNode object) {
    return object.properties().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().asText()));
  }

  static void putDefault(ObjectNode node, String field, String value) {
    if (!has(node, field)) {
      node.put(field, value);
    }
  }

  static void putDefault(ObjectNode node, String field, int value) {
    if (!has(node, field)) {
      node.put(field, value);
    }
  }

  static void putDefault(ObjectNode node, String field, boolean value) {
    if (!has(node, field)) {
      node.put(field, value);
    }
  }

  static void putDefault(ObjectNode node, String field, JsonNode value) {
    if (!has(node, field)) {
      node.set(field, value);
    }
  }
}
