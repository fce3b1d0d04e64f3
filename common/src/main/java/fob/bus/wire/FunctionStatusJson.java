package fob.bus.wire;

import static fob.bus.wire.JsonFields.text;
import static fob.bus.wire.JsonFields.texts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.function.FunctionStatus;
import fob.function.Instance;
import fob.function.Protocol;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** A function's status as JSON, in the rows of {@code fob.functions}. */
final class FunctionStatusJson {

  private FunctionStatusJson() {}

  static ObjectNode write(FunctionStatus status) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    switch (status) {
      case FunctionStatus.Deploying(String note) ->
          json.put("state", "deploying").put("note", note);
      case FunctionStatus.Ready(List<Instance> instances) -> {
        json.put("state", "ready");
        for (Instance instance : instances) {
          ObjectNode each = json.withArray("instances").addObject();
          each.put("id", instance.id()).put("address", instance.address().toString());
          if (instance.protocol() != Protocol.FOB) {
            each.put("protocol", instance.protocol().toString());
          }
          if (instance.part() != 0) {
            each.put("part", instance.part());
          }
        }
      }
      case FunctionStatus.Idle() -> json.put("state", "idle");
      case FunctionStatus.Failed(FunctionStatus.FailureReason failure) -> {
        json.put("state", "failed").put("message", failure.message());
        if (failure.type() != null) {
          json.put("type", failure.type());
        }
        failure.stack().forEach(json.putArray("stack")::add);
      }
    }
    return json;
  }

  /**
   * @throws IllegalArgumentException if the JSON is not a status
   */
  static FunctionStatus read(JsonNode json) {
    return switch (text(json, "state")) {
      case "deploying" -> new FunctionStatus.Deploying(text(json, "note"));
      case "ready" -> {
        List<Instance> instances = new ArrayList<>();
        for (JsonNode instance : json.path("instances")) {
          instances.add(
              new Instance(
                  text(instance, "id"),
                  URI.create(text(instance, "address")),
                  instance.has("protocol")
                      ? Protocol.parse(text(instance, "protocol"))
                      : Protocol.FOB,
                  instance.path("part").asInt()));
        }
        yield new FunctionStatus.Ready(instances);
      }
      case "idle" -> new FunctionStatus.Idle();
      case "failed" ->
          new FunctionStatus.Failed(
              new FunctionStatus.FailureReason(
                  text(json, "message"),
                  json.has("type") ? text(json, "type") : null,
                  texts(json, "stack")));
      default -> throw new IllegalArgumentException("unknown state " + json.path("state"));
    };
  }
}
