package fob.deployer.marathon.api;

import fob.deployer.marathon.config.MarathonTimings;
import fob.service.Backoff;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;
import okhttp3.sse.EventSources;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows Marathon's event stream, and reconnects when it ends. Events are only hints, since they
 * may be lost, doubled or reordered. So it reads only which apps an event is about. Without events
 * fob lists the apps instead, which takes longer. One thread runs it.
 */
public final class EventStream implements Runnable {

  private static final Logger LOGGER = LoggerFactory.getLogger(EventStream.class);
  private static final List<String> TYPES =
      List.of(
          "status_update_event",
          "instance_health_changed_event",
          "unhealthy_instance_kill_event",
          "deployment_success",
          "deployment_failed",
          "app_terminated_event");

  /** Marathon sends at least a heartbeat every 10 s. */
  private static final Duration SILENCE = Duration.ofMinutes(2);

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
  private static final int MOST_REDIRECTS = 3;

  private final MarathonHttp http;
  private final OkHttpClient streaming;
  private final boolean secret;
  private final MarathonTimings timings;
  private final Backoff backoff;
  private final Runnable onOpen;
  private final Consumer<String> onApp;
  private final Runnable turned;
  private volatile boolean open;
  private int failures;
  private String lastProblem = "";

  /**
   * @param secret whether there are credentials, which must not be sent without TLS
   * @param onOpen runs at each connection, since events from before it are missing
   * @param onApp gets the id of each app that an event is about
   * @param turned run before each connection, and at each event
   */
  public EventStream(
      MarathonHttp http,
      boolean secret,
      MarathonTimings timings,
      Runnable onOpen,
      Consumer<String> onApp,
      Runnable turned) {
    this.http = http;
    this.streaming =
        http.client().newBuilder().readTimeout(SILENCE).callTimeout(Duration.ZERO).build();
    this.secret = secret;
    this.timings = timings;
    this.backoff = Backoff.doublingLessHalf(timings.firstRetry(), LONGEST_PAUSE);
    this.onOpen = onOpen;
    this.onApp = onApp;
    this.turned = turned;
  }

  /** Whether the stream is open. */
  public boolean isOpen() {
    return open;
  }

  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        turned.run();
        Instant begun = Instant.now();
        String problem =
            follow(http.url("/v2/events?event_type=" + String.join("&event_type=", TYPES)));
        if (Thread.currentThread().isInterrupted()) {
          return;
        }
        boolean lasted = Duration.between(begun, Instant.now()).compareTo(timings.resync()) > 0;
        failures = lasted ? 0 : failures + 1;
        if (!problem.equals(lastProblem)) {
          LOGGER.atInfo().log(
              "no events come from Marathon, so fob lists the apps instead: {}", problem);
          lastProblem = problem;
        }
        Thread.sleep(pause());
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private Duration pause() {
    return backoff.delay(failures + 1, ThreadLocalRandom.current());
  }

  /** Follows the stream until it ends, and returns why it ended. */
  private String follow(HttpUrl start) {
    HttpUrl url = start;
    for (int hops = 0; hops <= MOST_REDIRECTS; hops++) {
      Request.Builder request =
          new Request.Builder().url(url).header("Accept", "text/event-stream");
      try (Response response = http.authorized(streaming, request)) {
        if (!response.isRedirect()) {
          return read(response);
        }
        HttpUrl next = target(url, response.header("Location"));
        if (next == null) {
          return "a standby redirects to a leader that fob cannot follow safely: "
              + response.header("Location");
        }
        url = next;
      } catch (IOException e) {
        return ErrorReplies.unreachable(e);
      }
    }
    return "Marathon redirects in a loop";
  }

  /**
   * The leader that a standby redirects to; null if credentials would go from TLS to plain text.
   */
  private @Nullable HttpUrl target(HttpUrl from, @Nullable String location) {
    HttpUrl next = location == null ? null : from.resolve(location);
    return next == null || (secret && from.isHttps() && !next.isHttps()) ? null : next;
  }

  private String read(Response response) {
    if (response.code() != 200) {
      return "Marathon answered " + response.code();
    }
    StringBuilder problem = new StringBuilder("the stream ended");
    EventSources.processResponse(
        response,
        new EventSourceListener() {
          @Override
          public void onOpen(EventSource source, Response opened) {
            open = true;
            lastProblem = "";
            EventStream.this.onOpen.run();
          }

          @Override
          public void onEvent(
              EventSource source, @Nullable String id, @Nullable String type, String data) {
            turned.run();
            EventApps.of(data).forEach(onApp);
          }

          @Override
          public void onFailure(
              EventSource source, @Nullable Throwable cause, @Nullable Response failed) {
            problem.append(": ").append(cause == null ? "no event stream" : cause.getMessage());
          }
        });
    open = false;
    return problem.toString();
  }
}
