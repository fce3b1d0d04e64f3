package fob.gateway.function;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.function.FunctionName;
import fob.function.FunctionSchema;
import fob.function.FunctionState;
import java.nio.charset.StandardCharsets;

/** The schema of a function, alone and as an OpenAPI document of its own. */
public final class FunctionDocument {

  private static final String JSON = "application/json";

  private FunctionDocument() {}

  /** Returns what the function's driver says of it; an empty object if that is nothing. */
  public static ObjectNode schema(FunctionState state) {
    FunctionSchema known = state.schema() == null ? FunctionSchema.NONE : state.schema();
    return (ObjectNode) Json.parse(known.json().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Returns an OpenAPI 3.1 document with one operation: the call of the function.
   *
   * @param called how the client names the function
   */
  static ObjectNode of(FunctionState state, String called) {
    ObjectNode schema = schema(state);
    FunctionName name = state.spec().name();
    ObjectNode document = JsonNodeFactory.instance.objectNode().put("openapi", "3.1.0");
    document
        .putObject("info")
        .put("title", name == null ? called : name.value())
        .put("version", version(state));
    document.putArray("servers").addObject().put("url", "/");
    ObjectNode call =
        document.putObject("paths").putObject("/api/call/" + called).putObject("post");
    call.put("operationId", "call").put("summary", "Call the function");
    if (schema.has("description")) {
      call.set("description", schema.path("description"));
    }
    call.putArray("security").addObject().putArray("key").add("call");
    ObjectNode parameters = call.putObject("requestBody").put("required", true);
    content(parameters, JSON)
        .set("schema", schema.optional("parameters").orElseGet(FunctionDocument::anyObject));
    ObjectNode responses = call.putObject("responses");
    ObjectNode reply =
        content(responses.putObject("200").put("description", "The result."), JSON)
            .putObject("schema")
            .put("type", "object");
    reply.putArray("required").add("result");
    reply
        .putObject("properties")
        .set("result", schema.optional("result").orElseGet(JsonNodeFactory.instance::objectNode));
    content(
            responses.putObject("default").put("description", "A failure (RFC 9457)."),
            "application/problem+json")
        .set("schema", anyObject());
    document
        .putObject("components")
        .putObject("securitySchemes")
        .putObject("key")
        .put("type", "http")
        .put("scheme", "bearer")
        .put("description", "A key, if fob asks for keys.");
    return document;
  }

  private static String version(FunctionState state) {
    return state.version() == null ? "1" : Integer.toString(state.version().number());
  }

  private static ObjectNode content(ObjectNode of, String type) {
    return of.putObject("content").putObject(type);
  }

  private static ObjectNode anyObject() {
    return JsonNodeFactory.instance.objectNode().put("type", "object");
  }
}
