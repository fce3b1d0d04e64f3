package fob.deployer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * The part of the Docker Engine API that fob uses. Every method waits for the answer. Thread-safe.
 */
final class Engine implements AutoCloseable {

  /** That of Docker 20.10. Newer engines speak it as well, unless they name a newer one. */
  private static final ApiVersion API = new ApiVersion(1, 41);

  private static final MediaType JSON = MediaType.get("application/json");

  private final EngineHttp http;
  private volatile ApiVersion version = API;

  Engine(Path socket) {
    this.http = new EngineHttp(socket);
  }

  /** Returns the engine's address in the form of Docker's own tools. */
  String address() {
    return http.address();
  }

  /**
   * Asks the engine which version of the API to use.
   *
   * @throws EngineError if the engine is too old
   */
  void negotiate() throws EngineError, EngineAway {
    JsonNode said = http.ask(get(EngineHttp.url().addPathSegment("version")));
    ApiVersion newest = ApiVersion.parse(said.path("ApiVersion").asText());
    ApiVersion oldest = ApiVersion.parse(said.path("MinAPIVersion").asText());
    if (newest.compareTo(API) < 0) {
      throw new EngineError(
          0,
          "the Docker engine at %s speaks API %s (Docker %s), and fob needs %s: update it to 20.10 or newer"
              .formatted(address(), newest, said.path("Version").asText(), API));
    }
    version = oldest.compareTo(API) > 0 ? oldest : API;
  }

  /** Returns the engine's answer about itself and its machine. */
  JsonNode info() throws EngineError, EngineAway {
    return http.ask(get(url("info")));
  }

  Optional<JsonNode> image(String name) throws EngineError, EngineAway {
    return http.find(get(url("images").addPathSegments(name).addPathSegment("json")));
  }

  /** Returns the containers that have all these labels, in any state. */
  List<JsonNode> list(Map<String, String> labels) throws EngineError, EngineAway {
    ObjectNode filters = JsonNodeFactory.instance.objectNode();
    ArrayNode all = filters.putArray("label");
    labels.forEach((label, value) -> all.add(label + "=" + value));
    HttpUrl.Builder url =
        url("containers/json")
            .addQueryParameter("all", "1")
            .addQueryParameter("filters", filters.toString());
    return http.ask(get(url)).valueStream().toList();
  }

  void create(String name, JsonNode body) throws EngineError, EngineAway {
    HttpUrl url = url("containers/create").addQueryParameter("name", name).build();
    RequestBody json = RequestBody.create(Json.bytes(body), JSON);
    var _ = http.ask(new Request.Builder().url(url).post(json).build());
  }

  void start(String container) throws EngineError, EngineAway {
    var _ = http.ask(post(container("start", container)));
  }

  /** Sends a signal; a container that does not run any more is no error. */
  void signal(String container, String signal) throws EngineError, EngineAway {
    http.tell(post(container("kill", container).addQueryParameter("signal", signal)));
  }

  /** Ends a container, by force when the grace is over. A missing container is no error. */
  void stop(String container, Duration grace) throws EngineError, EngineAway {
    String seconds = Long.toString(grace.toSeconds());
    http.tell(post(container("stop", container).addQueryParameter("t", seconds)));
  }

  /** Removes a container, and ends it first if it runs. A missing container is no error. */
  void remove(String container) throws EngineError, EngineAway {
    HttpUrl url =
        url("containers")
            .addPathSegment(container)
            .addQueryParameter("force", "1")
            .addQueryParameter("v", "1")
            .build();
    http.tell(new Request.Builder().url(url).delete().build());
  }

  Optional<JsonNode> network(String name) throws EngineError, EngineAway {
    return http.find(get(url("networks").addPathSegment(name)));
  }

  void createNetwork(JsonNode body) throws EngineError, EngineAway {
    RequestBody json = RequestBody.create(Json.bytes(body), JSON);
    var _ = http.ask(new Request.Builder().url(url("networks/create").build()).post(json).build());
  }

  /** Removes a network. One that is missing, or that containers use, is no error. */
  void removeNetwork(String name) throws EngineError, EngineAway {
    HttpUrl url = url("networks").addPathSegment(name).build();
    http.tell(new Request.Builder().url(url).delete().build());
  }

  Optional<JsonNode> inspect(String container) throws EngineError, EngineAway {
    return http.find(get(container("json", container)));
  }

  /** Returns the processor time that a container has used. */
  Duration cpuTime(String container) throws EngineError, EngineAway {
    HttpUrl.Builder url =
        container("stats", container)
            .addQueryParameter("stream", "0")
            .addQueryParameter("one-shot", "1");
    return Duration.ofNanos(
        http.ask(get(url)).path("cpu_stats").path("cpu_usage").path("total_usage").asLong());
  }

  /** Returns a call that, when executed, waits until the container does not run any more. */
  Call awaitEnd(String container) {
    return http.patiently(post(container("wait", container)));
  }

  /** Returns a call for the container's output from that time on, in frames, until it ends. */
  Call follow(String container, Instant since) {
    String seconds = "%d.%09d".formatted(since.getEpochSecond(), since.getNano());
    return http.patiently(
        get(
            container("logs", container)
                .addQueryParameter("stdout", "1")
                .addQueryParameter("stderr", "1")
                .addQueryParameter("follow", "1")
                .addQueryParameter("timestamps", "1")
                .addQueryParameter("since", seconds)));
  }

  /** Returns a call for all output of a container that is not started yet, without times. */
  Call attach(String container) {
    return http.patiently(
        post(
            container("attach", container)
                .addQueryParameter("stream", "1")
                .addQueryParameter("stdout", "1")
                .addQueryParameter("stderr", "1")));
  }

  /** Executes such a call. The caller closes the answer. */
  Response open(Call call) throws EngineError, EngineAway {
    return http.open(call);
  }

  private HttpUrl.Builder url(String path) {
    return EngineHttp.url().addPathSegment("v" + version).addPathSegments(path);
  }

  private HttpUrl.Builder container(String what, String container) {
    return url("containers").addPathSegment(container).addPathSegment(what);
  }

  private static Request get(HttpUrl.Builder url) {
    return new Request.Builder().url(url.build()).build();
  }

  private static Request post(HttpUrl.Builder url) {
    return new Request.Builder().url(url.build()).post(RequestBody.EMPTY).build();
  }

  @Override
  public void close() {
    http.close();
  }
}
