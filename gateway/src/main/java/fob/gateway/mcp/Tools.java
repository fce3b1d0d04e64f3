package fob.gateway.mcp;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.function.FunctionName;
import fob.function.FunctionState;
import fob.gateway.access.Caller;
import fob.gateway.function.FunctionDocument;
import fob.gateway.function.Functions;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The functions that are tools. The version with the largest weight decides whether a name is a
 * tool, and what is said of it. Thread-safe.
 */
record Tools(Functions functions) {

  private static final String OBJECT = "object";

  /** The tools of a client: those that it may call. */
  OfClient of(Caller caller) {
    return new OfClient(functions, caller);
  }

  /** See {@link #of}. */
  record OfClient(Functions functions, Caller caller) {

    /** All tools, by their names. */
    List<Tool> all() {
      return functions.all().stream()
          .filter(state -> state.spec().mcp())
          .map(state -> Objects.requireNonNull(state.spec().name()))
          .distinct()
          .sorted((one, other) -> one.value().compareTo(other.value()))
          .flatMap(name -> find(name.value()).stream())
          .toList();
    }

    Optional<Tool> find(String name) {
      return FunctionName.isValid(name) && caller.mayUse(new FunctionName(name))
          ? functions
              .resolve(name)
              .flatMap(functions::state)
              .filter(state -> state.spec().mcp())
              .map(state -> tool(name, state))
          : Optional.empty();
    }
  }

  private static Tool tool(String name, FunctionState state) {
    ObjectNode schema = FunctionDocument.schema(state);
    Tool.Builder tool =
        Tool.builder(name, ofObject(schema.path("parameters")).orElse(Map.of("type", OBJECT)));
    if (schema.path("description").isTextual()) {
      tool.description(schema.path("description").asText());
    }
    ofObject(schema.path("result")).ifPresent(tool::outputSchema);
    return tool.build();
  }

  /**
   * Returns a schema if it is one of objects, as clients demand. A function may say anything of
   * itself, and must not break the list for its clients.
   */
  private static Optional<Map<String, Object>> ofObject(JsonNode schema) {
    JsonNode properties = schema.path("properties");
    JsonNode required = schema.path("required");
    boolean isSound =
        schema.path("type").asText().equals(OBJECT)
            && (properties.isMissingNode()
                || (properties.isObject() && properties.valueStream().allMatch(JsonNode::isObject)))
            && (required.isMissingNode()
                || (required.isArray() && required.valueStream().allMatch(JsonNode::isTextual)));
    return isSound
        ? Optional.of(Json.MAPPER.convertValue(schema, new TypeReference<Map<String, Object>>() {}))
        : Optional.empty();
  }
}
