package fob.deployer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import fob.bus.wire.Json;
import fob.service.UnixSocketFactory;
import java.io.IOException;
import java.net.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;

/** Sends HTTP requests over the engine's Unix socket and reads the answers. Thread-safe. */
final class EngineHttp implements AutoCloseable {

  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(60);
  private static final Duration LONGEST_CONNECT = Duration.ofSeconds(5);
  private static final HttpUrl ANY_LITERAL_HOST = HttpUrl.get("http://127.0.0.1/");

  private final Path socket;
  private final OkHttpClient client;
  private final OkHttpClient patient;

  EngineHttp(Path socket) {
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

  /** Returns the engine's address in the form of Docker's own tools. */
  String address() {
    return "unix://" + socket;
  }

  static HttpUrl.Builder url() {
    return ANY_LITERAL_HOST.newBuilder();
  }

  /** Returns the engine's answer; JSON null if it is empty. */
  JsonNode ask(Request request) throws EngineError, EngineAway {
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

  /** Returns the engine's answer; empty if there is no such object. */
  Optional<JsonNode> find(Request request) throws EngineError, EngineAway {
    try {
      return Optional.of(ask(request));
    } catch (EngineError e) {
      if (e.isNotFound()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Ends a container; one that has ended, has gone or is being removed is no error. */
  void tell(Request request) throws EngineError, EngineAway {
    try {
      var _ = ask(request);
    } catch (EngineError e) {
      if (!e.isNotFound() && !e.isConflict()) {
        throw e;
      }
    }
  }

  /** Returns a call without a time limit for the answer. */
  Call patiently(Request request) {
    return patient.newCall(request);
  }

  /** Executes a call whose answer may be a stream. The caller closes the answer. */
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
