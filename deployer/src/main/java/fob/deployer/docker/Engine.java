package fob.deployer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import fob.bus.Json;
import fob.service.UnixSocketFactory;
import java.io.IOException;
import java.net.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * As much of the Docker Engine API as it takes, over the engine's Unix socket. Every method blocks.
 * Thread-safe.
 */
final class Engine implements AutoCloseable {

  /** Of Docker 20.10; newer engines speak it as well, until they say otherwise. */
  private static final Version API = new Version(1, 41);

  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(60);
  private static final Duration LONGEST_CONNECT = Duration.ofSeconds(5);
  private static final MediaType JSON = MediaType.get("application/json");
  private static final String ANY_LITERAL_HOST = "http://127.0.0.1/";

  private final Path socket;
  private final OkHttpClient client;
  private final OkHttpClient patient;
  private volatile Version version = API;

  /** Of the API. */
  record Version(int major, int minor) implements Comparable<Version> {

    static Version parse(String text) {
      String[] parts = text.split("\\.", -1);
      try {
        return new Version(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
      } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
        return new Version(0, 0);
      }
    }

    @Override
    public int compareTo(Version other) {
      return major != other.major
          ? Integer.compare(major, other.major)
          : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
      return major + "." + minor;
    }
  }

  Engine(Path socket) {
    this.socket = socket;
    this.client =
        new OkHttpClient.Builder()
            .protocols(List.of(Protocol.HTTP_1_1))
            .socketFactory(new UnixSocketFactory(socket))
            .proxy(Proxy.NO_PROXY)
            .followRedirects(false)
            .connectTimeout(LONGEST_CONNECT)
            .readTimeout(LONGEST_ANSWER)
            .build();
    this.patient = client.newBuilder().readTimeout(Duration.ZERO).build();
  }

  /** Where it is, as Docker's own tools name it. */
  String address() {
    return "unix://" + socket;
  }

  /**
   * Finds out which version of the API to speak.
   *
   * @throws EngineError if the engine is too old
   */
  void negotiate() throws EngineError, EngineAway {
    JsonNode said = ask(new Request.Builder().url(ANY_LITERAL_HOST + "version").build());
    Version newest = Version.parse(said.path("ApiVersion").asText());
    Version oldest = Version.parse(said.path("MinAPIVersion").asText());
    if (newest.compareTo(API) < 0) {
      throw new EngineError(
          0,
          "the Docker engine at %s speaks API %s (Docker %s), and fob needs %s: update it to 20.10 or newer"
              .formatted(address(), newest, said.path("Version").asText(), API));
    }
    version = oldest.compareTo(API) > 0 ? oldest : API;
  }

  /** About the engine and its machine. */
  JsonNode info() throws EngineError, EngineAway {
    return ask(get(url("info")));
  }

  Optional<JsonNode> image(String name) throws EngineError, EngineAway {
    return ifFound(get(url("images").addPathSegments(name).addPathSegment("json")));
  }

  /** Containers in any state that have this label. */
  List<JsonNode> list(String label, String value) throws EngineError, EngineAway {
    JsonNode filters =
        JsonNodeFactory.instance
            .objectNode()
            .set("label", JsonNodeFactory.instance.arrayNode().add(label + "=" + value));
    HttpUrl.Builder url =
        url("containers/json")
            .addQueryParameter("all", "1")
            .addQueryParameter("filters", filters.toString());
    return ask(get(url)).valueStream().toList();
  }

  void create(String name, JsonNode body) throws EngineError, EngineAway {
    HttpUrl.Builder url = url("containers/create").addQueryParameter("name", name);
    var _ = ask(request(url).post(RequestBody.create(Json.bytes(body), JSON)).build());
  }

  void start(String container) throws EngineError, EngineAway {
    var _ = ask(post(container("start", container)));
  }

  /** A container that does not run any more is no error. */
  void signal(String container, String signal) throws EngineError, EngineAway {
    var _ = ifThere(post(container("kill", container).addQueryParameter("signal", signal)));
  }

  /** Asks it to end, and ends it where that takes longer. One that is gone is no error. */
  void stop(String container, Duration grace) throws EngineError, EngineAway {
    String seconds = Long.toString(grace.toSeconds());
    var _ = ifThere(post(container("stop", container).addQueryParameter("t", seconds)));
  }

  /** Ends it if it runs. One that is gone is no error. */
  void remove(String container) throws EngineError, EngineAway {
    HttpUrl.Builder url =
        url("containers").addPathSegment(container).addQueryParameter("force", "1");
    var _ = ifThere(request(url.addQueryParameter("v", "1")).delete().build());
  }

  Optional<JsonNode> inspect(String container) throws EngineError, EngineAway {
    return ifFound(get(container("json", container)));
  }

  /** Executed, returns when the container does not run any more. */
  Call awaitEnd(String container) {
    return patient.newCall(post(container("wait", container)));
  }

  /** What it writes from then on, in frames, until it ends. */
  Call follow(String container, Instant since) {
    return patient.newCall(
        get(
            container("logs", container)
                .addQueryParameter("stdout", "1")
                .addQueryParameter("stderr", "1")
                .addQueryParameter("follow", "1")
                .addQueryParameter(
                    "since", "%d.%09d".formatted(since.getEpochSecond(), since.getNano()))));
  }

  /** Executes a call whose answer may be a stream, which the caller closes. */
  Response open(Call call) throws EngineError, EngineAway {
    try {
      Response response = call.execute();
      if (!response.isSuccessful()) {
        try (response) {
          throw error(response);
        }
      }
      return response;
    } catch (EngineError e) {
      throw e;
    } catch (IOException e) {
      throw new EngineAway(address(), e);
    }
  }

  private HttpUrl.Builder url(String path) {
    return HttpUrl.get(ANY_LITERAL_HOST + "v" + version + "/").newBuilder().addPathSegments(path);
  }

  private HttpUrl.Builder container(String what, String container) {
    return url("containers").addPathSegment(container).addPathSegment(what);
  }

  private static Request.Builder request(HttpUrl.Builder url) {
    return new Request.Builder().url(url.build());
  }

  private static Request get(HttpUrl.Builder url) {
    return request(url).build();
  }

  private static Request post(HttpUrl.Builder url) {
    return request(url).post(RequestBody.EMPTY).build();
  }

  private JsonNode ask(Request request) throws EngineError, EngineAway {
    try (Response response = open(client.newCall(request))) {
      byte[] body = response.body().bytes();
      return body.length == 0 ? JsonNodeFactory.instance.nullNode() : Json.parse(body);
    } catch (IllegalArgumentException notJson) {
      throw new EngineError(0, "what listens at " + address() + " is no Docker engine");
    } catch (EngineError | EngineAway e) {
      throw e;
    } catch (IOException e) {
      throw new EngineAway(address(), e);
    }
  }

  private Optional<JsonNode> ifFound(Request request) throws EngineError, EngineAway {
    try {
      return Optional.of(ask(request));
    } catch (EngineError e) {
      if (e.isNotFound()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** 404: it is gone; 409: it does not run, or is being removed already. */
  private Optional<JsonNode> ifThere(Request request) throws EngineError, EngineAway {
    try {
      return Optional.of(ask(request));
    } catch (EngineError e) {
      if (e.isNotFound() || e.isConflict()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static EngineError error(Response response) throws IOException {
    String text = response.body().string();
    try {
      text = Json.MAPPER.readTree(text).path("message").asText(text);
    } catch (IOException plainText) {
      text = text.strip();
    }
    return new EngineError(response.code(), text);
  }

  @Override
  public void close() {
    client.connectionPool().evictAll();
  }
}
