package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/**
 * A client of fob's HTTP API, which checks that the API's document has each answer. Thread-safe.
 */
final class FobClient implements AutoCloseable {

  /** Longer than any request takes, so that a hanging request fails with a stack trace. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String[] NO_HEADERS = {};

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI url;
  private final String key;

  FobClient(URI url) {
    this(url, "");
  }

  private FobClient(URI url, String key) {
    this.url = url;
    this.key = key;
  }

  /** Returns a client of the same gateway that sends a key; the caller closes it. */
  FobClient withKey(String text) {
    return new FobClient(url, text);
  }

  URI url() {
    return url;
  }

  Answer get(String path, String... headers) {
    return send("GET", path, BodyPublishers.noBody(), headers);
  }

  Answer delete(String path) {
    return send("DELETE", path, BodyPublishers.noBody(), NO_HEADERS);
  }

  /** Calls a function with a JSON body, which may be invalid. */
  Answer call(String function, String json) {
    return post("/api/call/" + function, json, "Content-Type", "application/json");
  }

  /**
   * Makes an asynchronous call.
   *
   * @return the request id
   */
  String callAsync(String function, String json) {
    Answer accepted =
        post(
            "/api/call/" + function,
            json,
            "Content-Type",
            "application/json",
            "Prefer",
            "respond-async");
    assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
    return accepted.at("/id");
  }

  /** Waits for the result of a call. */
  Answer result(String id) {
    return get("/api/result/" + id, "Prefer", "wait=50");
  }

  Answer post(String path, String body, String... headers) {
    return send("POST", path, BodyPublishers.ofString(body), headers);
  }

  /**
   * Registers a function and waits until it is ready.
   *
   * @param settings a query string; may be empty
   * @return the function's id
   */
  String register(String settings, String code) {
    Answer answer = post("/api/gen?" + settings, code, "Prefer", "wait=50");
    assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
    return answer.at("/id");
  }

  String status(String function) {
    return get("/api/meta/" + function).at("/status");
  }

  Answer send(String method, String path, BodyPublisher body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path)).timeout(PATIENCE).method(method, body);
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    if (!key.isEmpty() && !List.of(headers).contains("Authorization")) {
      request.setHeader("Authorization", "Bearer " + key);
    }
    long start = System.nanoTime();
    try {
      HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
      Answer answer =
          new Answer(
              response.statusCode(),
              response.headers(),
              response.body(),
              Duration.ofNanos(System.nanoTime() - start));
      ApiContract.check(method, path, answer);
      return answer;
    } catch (IOException e) {
      throw new AssertionError(method + " " + path + " got no answer: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(method + " " + path + " was interrupted", e);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
