package fob.gateway.mcp;

import com.fasterxml.jackson.databind.util.RawValue;
import fob.bus.wire.Json;
import fob.call.Reply;
import fob.gateway.access.Caller;
import fob.gateway.access.Quotas;
import fob.gateway.call.CallHandler;
import fob.gateway.http.HttpReplies;
import fob.gateway.http.Problem;
import io.javalin.http.Context;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.nio.charset.StandardCharsets;

/**
 * Calls the tool of one request, in the same way as {@code POST /api/call}. Used by one thread.
 *
 * @param arguments a JSON object
 */
record ToolCalls(Context http, CallHandler calls, Quotas quotas, byte[] arguments) {

  /**
   * Calls a function, and blocks until its reply is there. Each failure is a result, so that a
   * model reads what was wrong.
   */
  CallToolResult call(String function) {
    try (Quotas.Slot _ = quotas.take(Caller.of(http))) {
      return switch (calls.call(http, function, arguments).reply()) {
        case Reply.Answered(byte[] body) -> result(new String(body, StandardCharsets.UTF_8));
        case Reply.Failed failed -> failure(HttpReplies.problem(failed));
      };
    } catch (Problem problem) {
      return failure(problem);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failure(Problem.ofGateway(503, "stopping", "this gateway is stopping"));
    }
  }

  /**
   * @param answer {@code {"result": …}}, as the invoker has checked it
   */
  private static CallToolResult result(String answer) {
    String json = answer.substring(answer.indexOf(':') + 1, answer.lastIndexOf('}')).strip();
    boolean isText = json.startsWith("\"");
    CallToolResult.Builder result =
        CallToolResult.builder()
            .isError(false)
            .addTextContent(
                isText ? Json.parse(json.getBytes(StandardCharsets.UTF_8)).asText() : json);
    if (json.startsWith("{")) {
      result.structuredContent(new RawValue(json));
    }
    return result.build();
  }

  private CallToolResult failure(Problem problem) {
    HttpReplies.identify(http, problem);
    return CallToolResult.builder()
        .isError(true)
        .addTextContent(problem.getMessage())
        .addTextContent(new String(problem.json(), StandardCharsets.UTF_8))
        .build();
  }
}
