package fob.standalone;

import static fob.standalone.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions as tools of the SDK's own client of the Model Context Protocol. */
@Timeout(180)
@SuppressWarnings("NullAway.Init") // set before all tests
class McpIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String DIVIDE =
      """
      def callme(a: int, b: int = 2) -> dict:
          \"""Divides two numbers.

          Args:
              a: the dividend
          \"""
          return {"quotient": a // b, "rest": a % b}
      """;
  private static final String HELLO = "def callme(name):\n    return 'Hello, ' + name";

  @TempDir private static Path dir;

  private static FobInParts fob;
  private static FobClient nobody;
  private static FobClient admin;
  private static McpSyncClient mcp;

  @BeforeAll
  static void start() throws Exception {
    fob = new FobInParts(dir);
    fob.add(fob.deployer());
    fob.add(fob.invoker("invoker"));
    nobody = fob.client;
    String key = Keys.text(nobody, Keys.ADMIN);
    admin = fob.add(nobody.withKey(key));
    await().atMost(SOON).until(() -> nobody.get("/readyz").status() == 200);
    mcp = mcp(key);
    register("divide", DIVIDE);
    await().atMost(SOON).until(() -> admin.get("/api/meta/divide").json().has("schema"));
  }

  @AfterAll
  static void stop() {
    fob.close();
  }

  private static String register(String name, String code) {
    return admin.register("lang=python&mcp=true&name=" + name, code);
  }

  private static McpSyncClient mcp(String key) {
    McpSyncClient client =
        fob.add(
            McpClient.sync(
                    HttpClientStreamableHttpTransport.builder(nobody.url().toString())
                        .requestBuilder(
                            HttpRequest.newBuilder().header("Authorization", "Bearer " + key))
                        .build())
                .build());
    client.initialize();
    return client;
  }

  private static CallToolResult call(
      McpSyncClient client, String tool, Map<String, Object> arguments) {
    return client.callTool(CallToolRequest.builder(tool).arguments(arguments).build());
  }

  private static String text(CallToolResult result) {
    return ((TextContent) result.content().getFirst()).text();
  }

  private static List<String> names(McpSyncClient client) {
    return client.listTools().tools().stream().map(Tool::name).toList();
  }

  private static Answer post(FobClient client, String body, String... headers) {
    return client.send("POST", "/mcp", BodyPublishers.ofString(body), headers);
  }

  @Test
  void aFunctionIsAToolWithItsOwnDescription() {
    // When
    Tool tool =
        mcp.listTools().tools().stream()
            .filter(one -> one.name().equals("divide"))
            .findFirst()
            .orElseThrow();

    // Then
    assertThat(mcp.getServerInfo().name()).isEqualTo("fob");
    assertThat(mcp.getCurrentInitializationResult().protocolVersion()).isEqualTo("2025-11-25");
    assertThat(tool.description()).isEqualTo("Divides two numbers.");
    assertThat(tool.inputSchema())
        .containsEntry("type", "object")
        .containsEntry("required", List.of("a"))
        .containsEntry(
            "properties",
            Map.of(
                "a", Map.of("type", "integer", "description", "the dividend"),
                "b", Map.of("type", "integer", "default", 2)));
    assertThat(tool.outputSchema()).containsEntry("type", "object");
  }

  @Test
  void anObjectIsStructuredContentAndText() {
    // When
    CallToolResult result = call(mcp, "divide", Map.of("a", 7));

    // Then
    assertThat(result.isError()).isFalse();
    assertThat(result.structuredContent()).isEqualTo(Map.of("quotient", 3, "rest", 1));
    assertThat(text(result)).isEqualTo("{\"quotient\":3,\"rest\":1}");
  }

  @Test
  void aTextIsItself() {
    // Given
    register("hello", HELLO);

    // When
    CallToolResult result = call(mcp, "hello", Map.of("name", "\"Ä\"\n"));

    // Then
    assertThat(text(result)).isEqualTo("Hello, \"Ä\"\n");
    assertThat(result.structuredContent()).isNull();
  }

  @Test
  void anErrorOfTheFunctionIsAResult() {
    // When
    CallToolResult result = call(mcp, "divide", Map.of("a", 7, "b", 0));

    // Then
    assertThat(result.isError()).isTrue();
    assertThat(text(result)).startsWith("ZeroDivisionError: ");
    assertThat(((TextContent) result.content().getLast()).text())
        .contains("\"reason\":\"function-error\"", "\"stack\":[", "\"requestId\":\"");
  }

  @Test
  void wrongArgumentsAreAResultThatNamesThem() {
    // When
    CallToolResult result = call(mcp, "divide", Map.of("a", 7, "c", 1));

    // Then
    assertThat(result.isError()).isTrue();
    assertThat(text(result))
        .isEqualTo(admin.call("divide", "{\"a\":7,\"c\":1}").at("/detail"))
        .contains("c");
  }

  @Test
  void theListFollowsTheFunctions() {
    // Given
    assertThat(names(mcp)).doesNotContain("comes");

    // When
    register("comes", HELLO);
    List<String> then = names(mcp);
    admin.register("lang=python&name=comes", HELLO);

    // Then
    assertThat(then).contains("comes").isSorted();
    await()
        .atMost(SOON)
        .until(() -> !names(mcp).contains("comes")); // the name moves a little later
  }

  @Test
  void aFunctionThatDidNotOptInIsNoTool() {
    // Given
    admin.register("lang=python&name=private", HELLO);

    // Then
    assertThat(names(mcp)).doesNotContain("private");
    assertThat(admin.get("/api/meta/private").json().has("mcp")).isFalse();
    assertThat(admin.get("/api/meta/divide").json().path("mcp").asBoolean()).isTrue();
    assertThatThrownBy(() -> call(mcp, "private", Map.of("name", "a")))
        .isInstanceOf(McpError.class)
        .hasMessageContaining("there is no tool 'private' for this client");
    assertProblem(admin.post("/api/gen?mcp=true", HELLO), 400, "gateway", "bad-settings");
  }

  @Test
  void aKeySeesAndCallsItsFunctionsAlone() {
    // Given
    register("team-hello", HELLO);
    McpSyncClient team = mcp(Keys.text(admin, "call", "team-*"));

    // Then
    assertThat(names(team)).containsExactly("team-hello");
    assertThat(text(call(team, "team-hello", Map.of("name", "a")))).isEqualTo("Hello, a");
    String hidden = refusal(team, "divide");
    assertThat(hidden.replace("divide", "F"))
        .isEqualTo(refusal(team, "nosuch").replace("nosuch", "F"));
  }

  private static String refusal(McpSyncClient client, String tool) {
    try {
      return "called: " + call(client, tool, Map.of());
    } catch (McpError e) {
      assertThat(e.getJsonRpcError().code()).isEqualTo(-32602);
      return e.getJsonRpcError().message();
    }
  }

  @Test
  void aClientNeedsAKey() {
    assertProblem(post(nobody, "{}"), 401, "gateway", "no-key");
    assertThatThrownBy(() -> mcp("fob_unknown_" + "a".repeat(32))).isNotNull();
  }

  @Test
  void callsCountForTheQuotaOfTheKey() {
    // Given
    McpSyncClient few =
        mcp(Keys.text(admin, "{\"name\":\"few\",\"role\":\"call\",\"calls-per-second\":1}"));

    // When
    List<CallToolResult> results =
        Stream.generate(() -> call(few, "divide", Map.of("a", 1))).limit(20).toList();

    // Then
    assertThat(results.getFirst().isError()).isFalse();
    assertThat(results)
        .filteredOn(CallToolResult::isError)
        .isNotEmpty()
        .allSatisfy(
            result -> assertThat(text(result)).contains("1 calls a second", "calls-per-second"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[]", "{}", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"} more"})
  void aBodyThatIsNoMessageIsRefused(String body) {
    Answer answer = post(admin, body);
    assertProblem(answer, 400, "gateway", "bad-request");
    assertThat(answer.at("/detail")).contains("JSON-RPC 2.0");
  }

  @Test
  void whatTheGatewayDoesNotHaveIsRefused() {
    // Given
    String ping = "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"ping\"}";

    // Then
    assertThat(post(admin, ping, "Content-Type", "application/json").text())
        .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":{}}\n".strip());
    assertProblem(
        post(admin, ping, "MCP-Protocol-Version", "1999-01-01"), 400, "gateway", "bad-request");
    assertProblem(post(admin, ping, "Content-Type", "text/plain"), 415, "gateway", "bad-request");
    assertProblem(post(admin, "x".repeat(2_000_000)), 413, "gateway", "too-large");
    assertProblem(admin.get("/mcp"), 405, "gateway", "method-not-allowed");
    assertProblem(admin.delete("/mcp"), 405, "gateway", "method-not-allowed");
    assertProblem(
        post(nobody, ping, "Origin", "https://example.org"), 403, "gateway", "foreign-origin");
    assertThat(post(admin, ping.replace("ping", "prompts/list")).at("/error/code"))
        .isEqualTo("-32601");
    assertThat(post(admin, ping.replace("\"id\":\"a\",", "")).status()).isEqualTo(202);
  }
}
