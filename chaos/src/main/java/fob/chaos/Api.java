package fob.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import fob.chaos.check.Result;
import fob.service.Threads;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** What clients ask of a gateway over HTTP. Thread-safe. */
final class Api implements AutoCloseable {

  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Set<String> OF_THE_REQUEST = Set.of("gateway", "bus");
  private static final Duration REST = Duration.ofMillis(500);
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();

  /**
   * An answer.
   *
   * @param id of the request; empty if it has none
   */
  record Answer(int status, String id, String body) {

    JsonNode json() {
      return Json.parse((body.isBlank() ? "{}" : body).getBytes(StandardCharsets.UTF_8));
    }

    /** Whether it tells how the call ended, and not what became of this request. */
    boolean isOfCall() {
      boolean failed =
          status >= 400
              && !OF_THE_REQUEST.contains(json().path("component").asText("gateway"))
              && !reason().equals("no-reply");
      return status == 200 || failed;
    }

    /** Whether it says that nothing will run. */
    boolean isRefusal() {
      String detail = json().path("detail").asText();
      return !isOfCall()
          && (status == 404
              || status == 429
              || detail.contains("nothing was run")
              || detail.contains("nothing was accepted"));
    }

    private String reason() {
      return json().path("reason").asText();
    }

    Result result() {
      return status == 200 ? Result.ok(body) : new Result(reason(), json().path("detail").asText());
    }
  }

  /** A call with a token for its only parameter. */
  Answer call(URI gateway, String function, String token, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(gateway.resolve("/api/call/" + function))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(payload(token)));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request);
  }

  static String payload(String token) {
    return "{\"token\":\"" + token + "\"}";
  }

  /**
   * Looks a call up.
   *
   * @param since not after the call was made
   */
  Answer result(URI gateway, String id, Instant since, int waitSeconds)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
            gateway.resolve("/api/result/" + id + "?since=" + since.toEpochMilli()));
    if (waitSeconds > 0) {
      request.header("Prefer", "wait=" + waitSeconds);
    }
    return send(request);
  }

  /** Registers code, and returns its id once it is ready. */
  String register(URI gateway, String settings, String code)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(gateway.resolve("/api/gen?" + settings))
            .header("Prefer", "wait=50")
            .POST(BodyPublishers.ofString(code));
    Instant end = Instant.now().plus(LONGEST);
    Answer answer = send(request);
    // Until a deployer has told its languages.
    while (answer.status() == 503 && Instant.now().isBefore(end)) {
      Threads.pause(REST);
      answer = send(request);
    }
    if (answer.status() != 201) {
      throw new IOException("a function was not registered: " + answer);
    }
    return answer.json().path("id").asText();
  }

  /** Whether a gateway knows a function. */
  boolean knows(URI gateway, String function) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(gateway.resolve("/api/meta/" + function))).status() == 200;
  }

  private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(request.timeout(LONGEST).build(), BodyHandlers.ofString());
    return new Answer(
        response.statusCode(),
        response.headers().firstValue("Fob-Request-Id").orElse(""),
        response.body());
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }
}
