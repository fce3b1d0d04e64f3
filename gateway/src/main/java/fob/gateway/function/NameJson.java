package fob.gateway.function;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.function.FunctionState;
import fob.function.NameChange;
import fob.function.NameState;
import fob.function.VersionName;
import fob.function.Weights;

/** How names look in the replies of the API. Thread-safe. */
final class NameJson {

  private final Functions functions;
  private final FunctionJson json;

  NameJson(Functions functions) {
    this.functions = functions;
    this.json = new FunctionJson(functions);
  }

  /** A name in a list, with its versions, the newest first. */
  ObjectNode brief(NameState name) {
    ObjectNode one = JsonNodeFactory.instance.objectNode().put("name", name.name().value());
    ArrayNode versions = one.putArray("versions");
    name.versions()
        .reversed()
        .forEach((number, id) ->
            functions
                .state(id)
                .ifPresent(state -> put(versions.addObject(), state, name.weights().of(number))));
    return one;
  }

  private void put(ObjectNode one, FunctionState state, int weight) {
    if (state.version() != null) {
      one.put("version", state.version().number());
    }
    one.put("id", state.spec().id().toString());
    json.putStatus(one, state);
    one.put("weight", weight).put("registered", state.spec().registered().toString());
    if (state.version() != null) {
      one.put("by", state.version().by());
    }
  }

  /** A name with its history, the newest change first. */
  ObjectNode full(NameState name) {
    ObjectNode one = brief(name);
    NameChange pending = name.pending();
    if (pending != null) {
      put(one.putObject("pending"), name, pending);
    }
    ArrayNode history = one.putArray("history");
    name.history().forEach(change -> put(history.addObject(), name, change));
    return one;
  }

  private static void put(ObjectNode json, NameState name, NameChange change) {
    json.put("at", change.at().toString()).put("by", change.by());
    put(json.putObject("weights"), name, change.weights());
  }

  private static void put(ObjectNode json, NameState name, Weights weights) {
    weights
        .percents()
        .reversed()
        .forEach((number, percent) ->
            json.put(new VersionName(name.name(), number).toString(), percent));
  }
}
