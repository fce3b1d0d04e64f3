package fob.invoker;

import fob.bus.Topics;
import fob.call.Call;
import fob.call.Failure;
import fob.call.Reply;
import fob.function.Instance;
import fob.service.Durations;
import fob.service.UnixSocketFactory;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.ConnectionPool;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;

/**
 * Runs calls in one instance, over HTTP on its Unix or TCP socket. OkHttp's own retry is off, since
 * it would send a call twice; what is known of a failure, sent or not, is told instead.
 * Thread-safe.
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
        .eventListenerFactory(InstanceClient::sendWatch)
        .build();
  }

  /**
   * Runs a call to its end, at most for {@code timeout}. Blocks.
   *
   * @param callerDeadline until when the caller waits, told to the function
   */
  Outcome run(Call call, Instant callerDeadline, Duration timeout) {
    AtomicBoolean sent = new AtomicBoolean();
    Request request =
        RunRequest.of(call, callerDeadline).url(runUrl).tag(AtomicBoolean.class, sent).build();
    okhttp3.Call http = client.newCall(request);
    http.timeout().timeout(timeout.toNanos(), TimeUnit.NANOSECONDS);
    try (Response response = http.execute()) {
      BufferedSource body = response.body().source();
      if (body.request(Topics.MAX_VALUE_BYTES + 1L)) {
        return new Outcome.Over(Reply.failed(Failure.TOO_LARGE, tooLarge()));
      }
      byte[] bytes = body.readByteArray();
      return response.code() == 200
          ? new Outcome.Over(new Reply.Answered(bytes))
          : DriverError.outcome(response.code(), bytes);
    } catch (InterruptedIOException e) {
      if (!sent.get()) {
        return new Outcome.NotStarted("the instance did not take the call: " + e.getMessage());
      }
      return new Outcome.Over(
          Reply.failed(
              Failure.TIMEOUT,
              "the function did not return within its timeout of "
                  + Durations.text(timeout)
                  + "; an instance with a stuck call is replaced"));
    } catch (IOException e) {
      return sent.get()
          ? new Outcome.Over(
              Reply.failed(
                  Failure.UNREACHABLE,
                  "the instance ended while it ran the call, so whether the call had its effect is"
                      + " not known; the function's status and log say why it ended"))
          : new Outcome.NotStarted("the instance cannot be reached: " + e.getMessage());
    }
  }

  private static String tooLarge() {
    return "the result is over the limit of " + Topics.MAX_VALUE_BYTES + " bytes";
  }

  /** Marks a request from the moment on which its first byte may have left. */
  private static EventListener sendWatch(okhttp3.Call call) {
    return new EventListener() {
      @Override
      public void requestHeadersStart(okhttp3.Call started) {
        AtomicBoolean sent = started.request().tag(AtomicBoolean.class);
        if (sent != null) {
          sent.set(true);
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
