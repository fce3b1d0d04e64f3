package fob.gateway.function;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.function.FunctionName;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.Instance;
import fob.function.Version;
import fob.gateway.access.Caller;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How the list of functions looks in the replies of the API. Thread-safe. */
final class FunctionList {

  private final Functions functions;
  private final FunctionJson json;

  FunctionList(Functions functions, FunctionJson json) {
    this.functions = functions;
    this.json = json;
  }

  /** Returns every function that the client may use by its id, the oldest first. */
  Map<String, JsonNode> details(Caller caller) {
    Map<String, JsonNode> details = new LinkedHashMap<>();
    for (FunctionState state : functions.all()) {
      if (caller.mayUse(state.spec().name())) {
        ObjectNode detail = JsonNodeFactory.instance.objectNode();
        json.putBrief(detail, state);
        putWeight(detail, state);
        detail
            .put("instances", instances(state))
            .put("registered", state.spec().registered().toString());
        details.put(state.spec().id().toString(), detail);
      }
    }
    return details;
  }

  /** The share of the calls by its name that a function gets, in percent. */
  private void putWeight(ObjectNode json, FunctionState state) {
    FunctionName name = state.spec().name();
    Version version = state.version();
    if (name != null && version != null) {
      functions
          .names()
          .get(name)
          .ifPresent(known -> json.put("weight", known.weights().of(version.number())));
    }
  }

  private static int instances(FunctionState state) {
    return state.status() instanceof FunctionStatus.Ready(List<Instance> ready) ? ready.size() : 0;
  }

  /** Returns the list as one object: all ids, and the details in the same order. */
  static ObjectNode whole(Map<String, JsonNode> details) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    details.keySet().forEach(answer.putArray("functions")::add);
    details.values().forEach(answer.putArray("details")::add);
    return answer;
  }
}
