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

/** A client of the gateways' HTTP API. Thread-safe. */
final class Api implements AutoCloseable {

  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Set<String> BEFORE_THE_CALL = Set.of("gateway", "bus");
  private static final Set<String> NO_REPLY = Set.of("no-reply", "unready");
  private static final Duration REST = Duration.ofMillis(500);
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();

  /**
   * An HTTP response of a gateway.
   *
   * @param id the request id; empty if there is none
   */
  record Answer(int status, String id, String body) {

    JsonNode json() {
      return Json.parse((body.isBlank() ? "{}" : body).getBytes(StandardCharsets.UTF_8));
    }

    /** Returns whether this is the call's reply, and not an error of the gateway or of Kafka. */
    boolean isReply() {
      boolean failed =
          status >= 400
              && !BEFORE_THE_CALL.contains(json().path("component").asText("gateway"))
              && !NO_REPLY.contains(reason());
      return status == 200 || failed;
    }

    /** Returns whether the gateway says that the call will not run. */
    boolean isRefusal() {
      String detail = json().path("detail").asText();
      return !isReply()
          && (status == 404
              || status == 429
              || detail.contains("nothing was run")
              || detail.contains("nothing was accepted"));
    }

    private String reason() {
      return json().path("reason").asText();
    }

    Result result() {
      // The gateway ends a reply with a line feed, which the record in Kafka does not have.
      return status == 200
          ? Result.ok(body.stripTrailing())
          : new Result(reason(), json().path("detail").asText());
    }
  }

  /** Calls a function with the token as the only parameter. */
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
   * Looks up a call.
   *
   * @param since a time before the call was made
   * @param waitSeconds how long the gateway waits for the reply; 0 answers at once
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

  /**
   * Registers a function and waits until it is ready.
   *
   * @param settings the query of the request
   * @return the function's id
   */
  String register(URI gateway, String settings, String code)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(gateway.resolve("/api/gen?" + settings))
            .header("Prefer", "wait=50")
            .POST(BodyPublishers.ofString(code));
    Instant end = Instant.now().plus(LONGEST);
    Answer answer = send(request);
    // The gateway answers 503 until the deployer has announced its languages.
    while (answer.status() == 503 && Instant.now().isBefore(end)) {
      Threads.pause(REST);
      answer = send(request);
    }
    if (answer.status() != 201) {
      throw new IOException("a function was not registered: " + answer);
    }
    return answer.json().path("id").asText();
  }

  /** Returns whether a gateway knows a function. */
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
