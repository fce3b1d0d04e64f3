package fob.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import fob.call.Failure;
import fob.call.Reply;
import fob.call.RequestId;
import fob.call.Response;
import fob.call.Timing;
import fob.gateway.http.HttpConfig;
import fob.gateway.http.HttpReplies;
import fob.gateway.http.HttpServer;
import fob.gateway.http.Problem;
import fob.gateway.http.SlowClients;
import io.javalin.Javalin;
import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A real server whose gateway has not reached the bus yet. */
class RoutesTest {

  private static final Map<Failure, Integer> STATUSES =
      new EnumMap<>(
          Map.of(
              Failure.BAD_REQUEST, 400,
              Failure.NOT_FOUND, 404,
              Failure.BAD_PARAMETERS, 422,
              Failure.OVERLOADED, 429,
              Failure.FUNCTION_ERROR, 500,
              Failure.TOO_LARGE, 500,
              Failure.UNREACHABLE, 502,
              Failure.NOT_READY, 503,
              Failure.TIMEOUT, 504,
              Failure.EXPIRED, 504));

  static {
    STATUSES.put(Failure.PLATFORM_AWAY, 503);
  }

  private static Javalin server;
  private static HttpClient client;

  @BeforeAll
  static void start() throws UnknownHostException {
    Routes routes =
        new Routes(
            Optional::empty,
            () -> Optional.of(Problem.busUnavailable("waiting for Kafka at nowhere:9092")),
            Optional::empty);
    HttpConfig config = HttpConfig.standard("127.0.0.1", 0);
    server =
        new HttpServer(config, SlowClients.Limits.STANDARD)
            .create(more -> {
              routes.register(more);
              more.get(
                  "/reply/{failure}",
                  http -> {
                    HttpReplies.setRequestId(http, new RequestId("r-1"));
                    HttpReplies.write(http, response(http.pathParam("failure")));
                  });
              more.get(
                  "/bug",
                  _ -> {
                    throw new IllegalStateException("a secret of ours");
                  });
            })
            .start();
    client = HttpClient.newHttpClient();
  }

  private static Response response(String failure) {
    Reply reply =
        failure.equals("none")
            ? new Reply.Answered("{\"result\": 2}".getBytes(StandardCharsets.UTF_8))
            : new Reply.Failed(
                Failure.valueOf(failure), "why", Json.MAPPER.createObjectNode().put("type", "T"));
    Timing timing = new Timing(Duration.ofNanos(1_234_567), Duration.ZERO, Duration.ofSeconds(2));
    return new Response(new RequestId("r-1"), "add", 1, timing, reply);
  }

  @AfterAll
  static void stop() {
    client.close();
    server.stop();
  }

  @Test
  void thePageOfTheApiHasAllItsFilesHere() throws Exception {
    HttpResponse<String> page = send("GET", "/docs");

    assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("script-src 'self'");
    Matcher file = Pattern.compile("(?:src|href)=\"([^\"]+)\"").matcher(page.body());
    int files = 0;
    for (; file.find(); files++) {
      assertThat(send("GET", file.group(1)).statusCode()).as(file.group(1)).isEqualTo(200);
    }
    assertThat(files).isEqualTo(4);
    assertThat(send("GET", "/docs/pom.xml").statusCode()).isEqualTo(404);
    JsonNode document = Json.parse(send("GET", "/openapi.json").body().getBytes(UTF_8));
    assertThat(document.at("/info/version").asText()).isNotEqualTo("0");
  }

  private static HttpResponse<String> send(String method, String path)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
    HttpRequest request =
        HttpRequest.newBuilder(uri).method(method, BodyPublishers.ofString("")).build();
    return client.send(request, BodyHandlers.ofString());
  }

  private static JsonNode problem(HttpResponse<String> response) {
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = Json.parse(response.body().getBytes(StandardCharsets.UTF_8));
    assertThat(problem.path("status").asInt()).isEqualTo(response.statusCode());
    return problem;
  }

  private static Optional<String> header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name);
  }

  @Test
  void itLivesBeforeItHasReachedTheBus() throws Exception {
    // When
    HttpResponse<String> response = send("GET", "/healthz");

    // Then
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{\"status\":\"ok\"}\n");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/",
    "GET,/healthz",
    "GET,/api/call/add",
    "GET,/nothing",
    "PATCH,/api/gen",
    "GET,/bug"
  })
  void everyReplyHasTheHeadersThatKeepBrowsersFromMisusingIt(String method, String path)
      throws Exception {
    // When
    HttpResponse<String> response = send(method, path);

    // Then
    assertThat(response.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
    assertThat(response.headers().allValues("Content-Security-Policy"))
        .containsExactly("default-src 'none'; frame-ancestors 'none'");
    assertThat(response.headers().allValues("Referrer-Policy")).containsExactly("no-referrer");
  }

  @Test
  void itIsNotReadyAndSaysWhy() throws Exception {
    // When
    HttpResponse<String> response = send("GET", "/readyz");

    // Then
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(problem(response).path("detail").asText())
        .isEqualTo("waiting for Kafka at nowhere:9092");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/api/call/add",
    "POST,/api/call/add",
    "POST,/api/gen",
    "DELETE,/api/gen/add",
    "GET,/api/stats",
    "GET,/api/meta/add",
    "GET,/api/cs/add"
  })
  void whatNeedsTheBusIsUnavailable(String method, String path) throws Exception {
    // When
    HttpResponse<String> response = send(method, path);

    // Then
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(problem(response).path("reason").asText()).isEqualTo("bus-unavailable");
    assertThat(problem(response).path("detail").asText())
        .isEqualTo("nothing was run, this gateway is starting: waiting for Kafka at nowhere:9092");
    assertThat(header(response, "Retry-After")).contains("2");
  }

  @Test
  void theRootListsWhatThereIs() throws Exception {
    // When
    HttpResponse<String> response = send("GET", "/");

    // Then
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).contains("/api/gen", "/api/call/", "/readyz");
  }

  @Test
  void aPathThatIsNoneIsAProblem() throws Exception {
    // When
    HttpResponse<String> response = send("GET", "/api/nothing");

    // Then
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(problem(response).path("reason").asText()).isEqualTo("no-such-path");
    assertThat(problem(response).path("detail").asText()).contains("/api/nothing");
  }

  @Test
  void aMethodThatThePathDoesNotTakeIsAProblem() throws Exception {
    // When
    HttpResponse<String> response = send("PUT", "/api/gen");

    // Then
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(problem(response).path("reason").asText()).isEqualTo("method-not-allowed");
  }

  @Test
  void aBugIsToldWithoutItsDetails() throws Exception {
    // When
    HttpResponse<String> response = send("GET", "/bug");

    // Then
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(problem(response).path("reason").asText()).isEqualTo("internal");
    assertThat(response.body()).doesNotContain("secret");
  }

  @ParameterizedTest
  @EnumSource(Failure.class)
  void everyFailureHasItsStatus(Failure failure) throws Exception {
    // When
    HttpResponse<String> response = send("GET", "/reply/" + failure);

    // Then
    assertThat(STATUSES).containsKey(failure);
    assertThat(response.statusCode()).isEqualTo(STATUSES.get(failure));
    JsonNode problem = problem(response);
    assertThat(problem.path("component").asText()).isEqualTo(failure.component());
    assertThat(problem.path("reason").asText()).isEqualTo(failure.label());
    assertThat(problem.path("detail").asText()).isEqualTo("why");
    assertThat(problem.path("requestId").asText()).isEqualTo("r-1");
    assertThat(problem.path("error").path("type").asText()).isEqualTo("T");
    assertThat(header(response, "Retry-After").isPresent())
        .isEqualTo(failure == Failure.OVERLOADED || failure == Failure.PLATFORM_AWAY);
  }

  @Test
  void anAnswerIsPassedOnWithItsIdAndTiming() throws Exception {
    // When
    HttpResponse<String> response = send("GET", "/reply/none");

    // Then
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{\"result\": 2}\n");
    assertThat(header(response, "Content-Type")).contains("application/json");
    assertThat(header(response, "Fob-Request-Id")).contains("r-1");
    assertThat(header(response, "Server-Timing"))
        .contains("queue;dur=1.234, wait;dur=0.000, run;dur=2000.000");
  }
}
