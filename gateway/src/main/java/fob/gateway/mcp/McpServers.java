package fob.gateway.mcp;

import fob.service.Version;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpStatelessServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpStatelessServerHandler;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.ErrorCodes;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.modelcontextprotocol.spec.McpStatelessServerTransport;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Makes a server of the SDK for each request. Such a server keeps its tools in a list that is the
 * same for all its clients; here each key has tools of its own, and they change with the functions.
 * Thread-safe.
 */
final class McpServers {

  /** The versions of the protocol that the SDK has for this transport, the newest last. */
  static final List<String> VERSIONS = new OneRequest().protocolVersions();

  /** Functions are not held against their schemas: see FunctionSchema. */
  private static final JsonSchemaValidator ANY =
      (_, _) -> JsonSchemaValidator.ValidationResponse.asValid(null);

  private McpServers() {}

  /** Answers a request. Blocks as long as the call of a tool takes. */
  static JSONRPCResponse answer(JSONRPCRequest request, Tools.OfClient tools, ToolCalls calls) {
    return switch (request.method()) {
      case McpSchema.METHOD_TOOLS_LIST -> answer(request, tools.all(), calls);
      case McpSchema.METHOD_TOOLS_CALL -> {
        String name = nameOf(request);
        Optional<Tool> tool = tools.find(name);
        yield tool.isPresent()
            ? answer(request, List.of(tool.get()), calls)
            : JSONRPCResponse.error(request.id(), unknown(name));
      }
      default -> answer(request, List.of(), calls);
    };
  }

  private static String nameOf(JSONRPCRequest request) {
    return request.params() instanceof Map<?, ?> params
        ? String.valueOf(params.get("name"))
        : "null";
  }

  /** The same for all functions that the client may not call, whether they exist or not. */
  private static JSONRPCResponse.JSONRPCError unknown(String name) {
    return new JSONRPCResponse.JSONRPCError(
        ErrorCodes.INVALID_PARAMS,
        "there is no tool '%s' for this client; tools/list lists those that there are, and a function becomes a tool when it is registered with mcp=true"
            .formatted(name));
  }

  private static JSONRPCResponse answer(JSONRPCRequest request, List<Tool> tools, ToolCalls calls) {
    OneRequest transport = new OneRequest();
    var _ =
        McpServer.sync(transport)
            .serverInfo("fob", Version.text().replace("fob ", ""))
            .capabilities(ServerCapabilities.builder().tools(false).build())
            .jsonMapper(Message.MAPPER)
            .jsonSchemaValidator(ANY)
            .validateToolInputs(false)
            .immediateExecution(true)
            .tools(
                tools.stream()
                    .map(tool ->
                        new SyncToolSpecification(tool, (_, call) -> calls.call(call.name())))
                    .toList())
            .build();
    return Objects.requireNonNull(transport.answer(request));
  }

  /** Gives a server one request. Used by one thread. */
  private static final class OneRequest implements McpStatelessServerTransport {

    private @Nullable McpStatelessServerHandler server;

    @Override
    public void setMcpHandler(McpStatelessServerHandler handler) {
      server = handler;
    }

    @Nullable JSONRPCResponse answer(JSONRPCRequest request) {
      return Objects.requireNonNull(server)
          .handleRequest(McpTransportContext.EMPTY, request)
          .block();
    }

    @Override
    public Mono<Void> closeGracefully() {
      return Mono.empty();
    }
  }
}
