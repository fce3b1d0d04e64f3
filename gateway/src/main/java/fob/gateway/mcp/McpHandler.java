package fob.gateway.mcp;

import fob.call.Call;
import fob.gateway.access.Caller;
import fob.gateway.access.Quotas;
import fob.gateway.call.CallHandler;
import fob.gateway.function.Functions;
import fob.gateway.http.Body;
import fob.gateway.http.BodyReader;
import fob.gateway.http.Problem;
import io.javalin.http.Context;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The Model Context Protocol over Streamable HTTP, without sessions: each POST has one JSON-RPC
 * message, and a request gets its response in the reply. The gateway never sends a message by
 * itself, so there is no event stream. Decision 0021 says why. Thread-safe.
 */
public final class McpHandler {

  /** The client repeats in it what was agreed at its initialization. */
  private static final String VERSION = "MCP-Protocol-Version";

  private final Tools tools;
  private final BodyReader bodies;
  private final CallHandler calls;
  private final Quotas quotas;

  public McpHandler(Functions functions, BodyReader bodies, CallHandler calls, Quotas quotas) {
    this.tools = new Tools(functions);
    this.bodies = bodies;
    this.calls = calls;
    this.quotas = quotas;
  }

  /** POST: the body is a message. It counts against the byte budget until the reply is there. */
  public void post(Context http) {
    requireHeaders(http);
    try (Body body = bodies.read(http, "the message")) {
      Message message = Message.read(body.bytes());
      if (message.envelope() instanceof JSONRPCRequest request) {
        answer(http, request, message.arguments());
      } else {
        // Notifications and responses change nothing here.
        http.status(202);
      }
    }
  }

  private static void requireHeaders(Context http) {
    String type = http.header("Content-Type");
    if (type != null && !Call.isJson(type)) {
      throw Problem.ofGateway(
          415,
          "bad-request",
          "Content-Type '%s': a message of MCP is application/json".formatted(type));
    }
    String version = http.header(VERSION);
    if (version != null && !McpServers.VERSIONS.contains(version)) {
      throw Problem.badRequest(
          "%s '%s': this gateway has %s"
              .formatted(VERSION, version, String.join(", ", McpServers.VERSIONS)));
    }
  }

  private void answer(Context http, JSONRPCRequest request, byte[] arguments) {
    ToolCalls calling = new ToolCalls(http, calls, quotas, arguments);
    JSONRPCResponse response = McpServers.answer(request, tools.of(Caller.of(http)), calling);
    try {
      http.contentType(Call.JSON).result(Message.MAPPER.writeValueAsBytes(response));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
