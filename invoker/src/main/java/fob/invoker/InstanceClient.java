package fob.invoker;

import fob.bus.wire.Topics;
import fob.call.Call;
import fob.function.Instance;
import fob.service.UnixSocketFactory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;

/**
 * Runs calls in one instance, over HTTP on the instance's Unix or TCP socket. Each call is sent
 * once: OkHttp's retries are off, also those that a server asks for (see {@link RunRequest}). The
 * outcome of a failure says whether the call was sent. An answer counts only if it is for the call,
 * which its {@link Dialect} tells. Thread-safe.
 */
final class InstanceClient implements AutoCloseable {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  /** How many bytes of JSON a byte of the log may take: an escaped character, or an empty line. */
  private static final int LOG_IN_JSON = 10;

  private static final Duration KEEP_ALIVE = Duration.ofMinutes(5);
  private static final String ANY_LITERAL_HOST = "http://127.0.0.1";

  private final OkHttpClient client;
  private final HttpUrl runUrl;
  private final Dialect dialect;

  /**
   * @param base from {@link #base()}
   * @param concurrency how many idle connections to the instance are kept
   */
  InstanceClient(OkHttpClient base, Instance instance, int concurrency) {
    URI address = instance.address();
    boolean unix = "unix".equals(address.getScheme());
    OkHttpClient.Builder builder =
        base.newBuilder()
            .connectionPool(
                new ConnectionPool(concurrency, KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS));
    if (unix) {
      builder.socketFactory(new UnixSocketFactory(Path.of(address.getPath())));
    }
    this.client = builder.build();
    this.dialect = Dialect.of(instance.protocol());
    this.runUrl = HttpUrl.get((unix ? ANY_LITERAL_HOST : address.toString()) + "/run");
  }

  /** Creates the client whose threads and settings the clients of all instances share. */
  static OkHttpClient base() {
    return new OkHttpClient.Builder()
        .protocols(List.of(Protocol.HTTP_1_1))
        .retryOnConnectionFailure(false)
        .followRedirects(false)
        .connectTimeout(CONNECT_TIMEOUT)
        .readTimeout(Duration.ZERO)
        .writeTimeout(Duration.ZERO)
        .eventListenerFactory(InstanceClient::progressListener)
        .build();
  }

  /** How far an HTTP request has come; written by OkHttp's listener. */
  private static final class Progress {
    volatile boolean sent;
    volatile boolean answered;
  }

  /**
   * Runs a call. Blocks until the instance has answered, for {@code timeout} at most.
   *
   * @param callerDeadline the caller's deadline, which is sent to the function
   */
  RunOutcome run(Call call, Instant callerDeadline, Duration timeout) {
    Progress progress = new Progress();
    try {
      Request request =
          dialect.request(call, callerDeadline).url(runUrl).tag(Progress.class, progress).build();
      okhttp3.Call http = client.newCall(request);
      http.timeout().timeout(timeout.toNanos(), TimeUnit.NANOSECONDS);
      try (Response response = http.execute()) {
        return dialect.isFor(call, response)
            ? read(response, call.headers().logBytes())
            : answerToAnotherCall(http, response.header(RunRequest.ID) == null);
      }
    } catch (IOException | RuntimeException e) {
      // OkHttp throws runtime exceptions too if an answer is not HTTP.
      return progress.sent
          ? InstanceFailures.sent(e, progress.answered, timeout, dialect.afterTimeout())
          : InstanceFailures.notSent(e);
    }
  }

  private RunOutcome read(Response response, int logBytes) throws IOException {
    BufferedSource body = response.body().source();
    long most = Topics.MAX_VALUE_BYTES + (long) LOG_IN_JSON * logBytes;
    return body.request(most + 1)
        ? DriverAnswer.tooLarge(response.code())
        : dialect.outcome(response.code(), body.readByteArray(), logBytes > 0);
  }

  /** Closes all connections to the instance, since further answers on them may be wrong too. */
  private RunOutcome answerToAnotherCall(okhttp3.Call http, boolean isUnnamed) {
    http.cancel();
    client.connectionPool().evictAll();
    return InstanceFailures.answerToAnotherCall(
        isUnnamed
            ? "the instance's answer does not say which call it is for"
            : "the instance answered for another call");
  }

  /** Records when the first byte of a request may have left, and when the answer's head came. */
  private static EventListener progressListener(okhttp3.Call call) {
    return new EventListener() {
      @Override
      public void requestHeadersStart(okhttp3.Call started) {
        Progress progress = started.request().tag(Progress.class);
        if (progress != null) {
          progress.sent = true;
        }
      }

      @Override
      public void responseHeadersEnd(okhttp3.Call answered, Response response) {
        Progress progress = answered.request().tag(Progress.class);
        if (progress != null) {
          progress.answered = true;
        }
      }
    };
  }

  /** Closes idle connections. Calls that are running go on. */
  @Override
  public void close() {
    client.connectionPool().evictAll();
  }
}
