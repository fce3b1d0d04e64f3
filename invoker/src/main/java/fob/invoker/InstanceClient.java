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
 * Runs calls in one instance, over HTTP on its Unix or TCP socket. A call is sent once: OkHttp's
 * own retry is off, and so is all that it does when a server asks it to try again (see {@link
 * RunRequest}); what is known of a failure, sent or not, is told instead. An answer counts only if
 * it names the call that it is for. Thread-safe.
 */
final class InstanceClient implements AutoCloseable {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration KEEP_ALIVE = Duration.ofMinutes(5);
  private static final String ANY_LITERAL_HOST = "http://127.0.0.1";

  private final OkHttpClient client;
  private final HttpUrl runUrl;

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
    this.runUrl = HttpUrl.get((unix ? ANY_LITERAL_HOST : address.toString()) + "/run");
  }

  /** What all instances' clients share. */
  static OkHttpClient base() {
    return new OkHttpClient.Builder()
        .protocols(List.of(Protocol.HTTP_1_1))
        .retryOnConnectionFailure(false)
        .followRedirects(false)
        .connectTimeout(CONNECT_TIMEOUT)
        .readTimeout(Duration.ZERO)
        .writeTimeout(Duration.ZERO)
        .eventListenerFactory(InstanceClient::progressWatch)
        .build();
  }

  /** How far a call has come. */
  private static final class Progress {
    volatile boolean sent;
    volatile boolean answered;
  }

  /**
   * Runs a call to its end, at most for {@code timeout}. Blocks.
   *
   * @param callerDeadline until when the caller waits, told to the function
   */
  Outcome run(Call call, Instant callerDeadline, Duration timeout) {
    Progress progress = new Progress();
    try {
      Request request =
          RunRequest.of(call, callerDeadline).url(runUrl).tag(Progress.class, progress).build();
      okhttp3.Call http = client.newCall(request);
      http.timeout().timeout(timeout.toNanos(), TimeUnit.NANOSECONDS);
      try (Response response = http.execute()) {
        return call.id().value().equals(response.header(RunRequest.ID))
            ? read(response)
            : answerOfAnother(http, response.header(RunRequest.ID) == null);
      }
    } catch (IOException | RuntimeException e) {
      // OkHttp throws other exceptions than IOException too at what is not HTTP.
      return progress.sent ? NoAnswer.sent(e, progress.answered, timeout) : NoAnswer.notSent(e);
    }
  }

  private static Outcome read(Response response) throws IOException {
    BufferedSource body = response.body().source();
    return body.request(Topics.MAX_VALUE_BYTES + 1L)
        ? DriverAnswer.tooLarge(response.code())
        : DriverAnswer.of(response.code(), body.readByteArray());
  }

  /** Nothing that comes on the instance's connections can be trusted any more. */
  private Outcome answerOfAnother(okhttp3.Call http, boolean isUnnamed) {
    http.cancel();
    client.connectionPool().evictAll();
    return NoAnswer.ofAnother(
        isUnnamed
            ? "the instance's answer does not say which call it is for"
            : "the instance answered for another call");
  }

  /** Marks a request from the moment on which its first byte may have left. */
  private static EventListener progressWatch(okhttp3.Call call) {
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

  /** Drops idle connections; calls that run go on. */
  @Override
  public void close() {
    client.connectionPool().evictAll();
  }
}
