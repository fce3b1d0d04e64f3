package fob.fakemarathon;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.Predicate;

/** What the tests send requests with. */
final class Client implements AutoCloseable {

  static final Duration DEADLINE = Duration.ofSeconds(20);

  /** An answer. */
  record Reply(int status, String body, HttpResponse<String> raw) {
    JsonNode json() {
      try {
        return body.isEmpty() ? MissingNode.getInstance() : Json.MAPPER.readTree(body);
      } catch (IOException e) {
        throw new AssertionError("not JSON: " + body, e);
      }
    }

    String header(String name) {
      return raw.headers().firstValue(name).orElse("");
    }

    String message() {
      return json().path("message").asText();
    }
  }

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI base;
  private final String authorization;

  Client(URI base) {
    this(base, "");
  }

  Client(URI base, String authorization) {
    this.base = base;
    this.authorization = authorization;
  }

  Reply send(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(DEADLINE)
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try {
      HttpResponse<String> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Reply(response.statusCode(), response.body(), response);
    } catch (IOException e) {
      return new Reply(0, "{\"message\":\"no answer\"}", noResponse());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @SuppressWarnings("NullAway") // a request that got no answer has no response to look at
  private static HttpResponse<String> noResponse() {
    return null;
  }

  Reply get(String path) {
    return send("GET", path, "");
  }

  Reply post(String path, String body) {
    return send("POST", path, body);
  }

  Reply put(String path, String body) {
    return send("PUT", path, body);
  }

  Reply delete(String path) {
    return send("DELETE", path, "");
  }

  JsonNode app(String id) {
    return get("/v2/apps" + id).json().path("app");
  }

  JsonNode tasks(String id) {
    return get("/v2/apps" + id + "/tasks").json().path("tasks");
  }

  JsonNode queued(String id) {
    for (JsonNode item : get("/v2/queue").json().path("queue")) {
      if (item.path("app").path("id").asText().equals(id)) {
        return item;
      }
    }
    return MissingNode.getInstance();
  }

  void awaitApp(String id, Predicate<JsonNode> condition) {
    await().atMost(DEADLINE).until(() -> condition.test(app(id)));
  }

  /** Waits until the app runs as it should. */
  void awaitDeployed(String id) {
    awaitApp(id, app -> app.path("deployments").isArray() && app.path("deployments").isEmpty());
  }

  /** Creates an app and waits until it runs. */
  void deploy(ObjectNode app) {
    Reply reply = post("/v2/apps", app.toString());
    if (reply.status() != 201) {
      throw new AssertionError("not created: " + reply);
    }
    awaitDeployed(app.path("id").asText());
  }

  static ObjectNode sleeper(String id) {
    return Json.object().put("id", id).put("cmd", "sleep 1000");
  }

  /** An app as fob makes them: an image, a bridge, one port, one health check. */
  static ObjectNode checked(String id) {
    ObjectNode app = Json.object().put("id", id);
    app.withObject("/container").put("type", "DOCKER");
    app.withObject("/container/docker").put("image", "some/image");
    app.withArray("/container/portMappings").addObject().put("containerPort", 8080);
    app.withArray("/networks").addObject().put("mode", "container/bridge");
    app.withArray("/healthChecks")
        .addObject()
        .put("protocol", "MESOS_HTTP")
        .put("path", "/health")
        .put("gracePeriodSeconds", 0)
        .put("intervalSeconds", 1)
        .put("maxConsecutiveFailures", 3);
    return app;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
