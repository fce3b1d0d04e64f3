package fob.deployer.marathon.api;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import fob.deployer.marathon.body.ReplyBody;
import fob.deployer.marathon.config.MarathonConfig;
import fob.deployer.marathon.login.Authorization;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to Marathon, with authorization. At most 16 run at a time; each takes at most 60
 * s, and a reply has at most 256 MiB. It follows no redirects, and repeats a request only after 401
 * and a new login. Thread-safe.
 */
public final class MarathonHttp {

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration CALL = Duration.ofSeconds(60);
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);
  private static final int MOST_AT_ONCE = 16;
  private static final long LARGEST_ANSWER = 256L * 1024 * 1024;
  private static final MediaType JSON = MediaType.get("application/json");
  private static final byte[] NO_BODY = {};

  /**
   * @param body the body; a missing node if it is not JSON
   */
  public record Answer(
      int status, JsonNode body, Optional<String> deployment, Optional<String> location) {

    boolean ok() {
      return status >= 200 && status < 300;
    }
  }

  private final URI base;
  private final OkHttpClient client;
  private final Authorization authorization;
  private final Semaphore places = new Semaphore(MOST_AT_ONCE, true);

  /**
   * @throws IOException if the file of certificate authorities cannot be used
   */
  public MarathonHttp(MarathonConfig config, InstantSource clock) throws IOException {
    this.base = config.url();
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .protocols(List.of(Protocol.HTTP_1_1))
            .connectionPool(
                new ConnectionPool(MOST_AT_ONCE, KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS))
            // Marathon may have done a write whose reply was lost, so the caller must read first.
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .followSslRedirects(false)
            .connectTimeout(CONNECT)
            .callTimeout(CALL);
    if (config.ca().isPresent()) {
      TrustedAuthorities.only(config.ca().get(), builder);
    }
    this.client = builder.build();
    this.authorization = Authorization.of(config.credentials(), client, clock);
  }

  /**
   * The URL of a path below the base URL.
   *
   * @param path such as {@code /v2/apps}, with a query if there is one
   */
  HttpUrl url(String path) {
    return HttpUrl.get(base + path);
  }

  OkHttpClient client() {
    return client;
  }

  public Answer get(String path) throws IOException, InterruptedException {
    return exchange("GET", path, null);
  }

  Answer delete(String path) throws IOException, InterruptedException {
    return exchange("DELETE", path, null);
  }

  Answer send(String method, String path, JsonNode body) throws IOException, InterruptedException {
    return exchange(method, path, RequestBody.create(Json.bytes(body), JSON));
  }

  private Answer exchange(String method, String path, @Nullable RequestBody body)
      throws IOException, InterruptedException {
    Request.Builder request =
        new Request.Builder()
            .url(url(path))
            .header("Accept", "application/json")
            .method(method, body);
    places.acquire();
    try (Response response = authorized(client, request)) {
      var source = response.body().source();
      if (source.request(LARGEST_ANSWER + 1)) {
        throw new IOException("the answer is larger than " + LARGEST_ANSWER + " bytes");
      }
      byte[] bytes = response.code() == 204 ? NO_BODY : source.readByteArray();
      return new Answer(
          response.code(),
          ReplyBody.lenient(bytes),
          Optional.ofNullable(response.header("Marathon-Deployment-Id")),
          Optional.ofNullable(response.header("Location")));
    } catch (InterruptedIOException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      throw e;
    } finally {
      places.release();
    }
  }

  /** Sends a request with authorization, and again after a new login if Marathon answers 401. */
  Response authorized(OkHttpClient through, Request.Builder request) throws IOException {
    Optional<String> header = authorization.header();
    Response response = through.newCall(with(request, header)).execute();
    if (response.code() == 401 && header.isPresent() && authorization.refused(header.get())) {
      response.close();
      return through.newCall(with(request, authorization.header())).execute();
    }
    return response;
  }

  private static Request with(Request.Builder request, Optional<String> authorization) {
    authorization.ifPresent(value -> request.header("Authorization", value));
    return request.build();
  }

  /** Cancels all running requests and closes idle connections. New requests may follow. */
  public void cancelAll() {
    client.dispatcher().cancelAll();
    client.connectionPool().evictAll();
  }
}
