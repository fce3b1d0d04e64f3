package fob.bus.wire;

import static fob.bus.wire.JsonFields.id;
import static fob.bus.wire.JsonFields.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.function.FunctionId;
import fob.function.FunctionName;
import fob.function.NameChange;
import fob.function.NameState;
import fob.function.Weights;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Names as JSON, in the rows of {@code fob.functions}. Services of before read the pointer. */
final class NameJson {

  private NameJson() {}

  static void write(ObjectNode row, NameState name) {
    row.put("points_to", name.target().toString());
    ObjectNode versions = row.putObject("versions");
    name.versions().forEach((number, id) -> versions.put(number.toString(), id.toString()));
    row.put("last", name.last()).put("decided", name.decided());
    row.set("weights", write(name.weights()));
    NameChange pending = name.pending();
    if (pending != null) {
      row.set("pending", write(pending));
      row.put("decided_before", name.decidedBefore());
    }
    NameState.Refused refused = name.refused();
    if (refused != null) {
      row.putObject("refused").put("id", refused.id()).put("why", refused.why());
    }
    ArrayNode history = row.putArray("history");
    name.history().forEach(change -> history.add(write(change)));
  }

  private static ObjectNode write(NameChange change) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", change.id())
            .put("at", change.at().toEpochMilli())
            .put("by", change.by());
    json.set("weights", write(change.weights()));
    return json;
  }

  static ObjectNode write(Weights weights) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    weights.percents().forEach((number, percent) -> json.put(number.toString(), percent));
    return json;
  }

  /**
   * @throws IllegalArgumentException if the row is not a name's
   */
  static NameState read(FunctionName name, JsonNode row) {
    if (!row.has("versions")) {
      return NameState.notNumbered(name, id(text(row, "points_to")));
    }
    SortedMap<Integer, FunctionId> versions = numbered(row.path("versions"), id -> id(id.asText()));
    List<NameChange> history = new ArrayList<>();
    row.path("history").forEach(change -> history.add(change(change)));
    JsonNode refused = row.path("refused");
    return new NameState(
        name,
        versions,
        row.path("last").asInt(),
        row.path("decided").asInt(),
        row.path("decided_before").asInt(row.path("decided").asInt()),
        weights(row.path("weights")),
        row.has("pending") ? change(row.path("pending")) : null,
        refused.isObject()
            ? new NameState.Refused(text(refused, "id"), text(refused, "why"))
            : null,
        history);
  }

  private static NameChange change(JsonNode json) {
    return new NameChange(
        text(json, "id"),
        Instant.ofEpochMilli(json.path("at").asLong()),
        text(json, "by"),
        weights(json.path("weights")));
  }

  static Weights weights(JsonNode json) {
    return new Weights(numbered(json, JsonNode::asInt));
  }

  private static <T> SortedMap<Integer, T> numbered(JsonNode json, Function<JsonNode, T> value) {
    SortedMap<Integer, T> values = new TreeMap<>();
    json.properties()
        .forEach(each -> values.put(Integer.parseInt(each.getKey()), value.apply(each.getValue())));
    return values;
  }
}
