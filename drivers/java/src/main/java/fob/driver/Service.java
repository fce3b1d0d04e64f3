package fob.driver;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Answers /health, /schema, /init and /run. The state changes from starting to waiting, ready or
 * failed, and from waiting to ready or failed. Thread-safe.
 */
final class Service implements Server.Handler {

  private static final String PATHS = "/run, /health, /init, /schema";

  /** What the service uses. */
  record Parts(Calls calls, Log log, Events events, Executor threads, Loader loader) {}

  /** Loads the function. */
  interface Loader {

    Function load(Reading.@Nullable Init init) throws Failure;
  }

  private enum State {
    STARTING,
    WAITING,
    READY,
    FAILED;

    String shown() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  private final Parts parts;
  private final AtomicBoolean initialized = new AtomicBoolean();
  private volatile State state = State.STARTING;
  private volatile @Nullable Function function;
  private volatile @Nullable Failure failure;

  Service(Parts parts) {
    this.parts = parts;
  }

  boolean isStarting() {
    return state == State.STARTING;
  }

  @Nullable Function function() {
    return function;
  }

  void waitForInit() {
    state = State.WAITING;
  }

  /**
   * Loads the function. After a failure the driver keeps running, so that it can tell the reason.
   *
   * @param init null: the code is where the settings say
   */
  @Nullable Failure load(Reading.@Nullable Init init) {
    Failure failed;
    try {
      Function loaded = parts.loader.load(init);
      parts.log.flush();
      function = loaded;
      state = State.READY;
      parts.events.emit("ready", Map.of());
      return null;
    } catch (Failure e) {
      failed = e;
    } catch (Throwable e) {
      parts.log.report(e);
      failed = Failure.ofDriver(502, "failed", e);
    }
    failure = failed;
    state = State.FAILED;
    parts.log.flush();
    parts.log.say("the function failed to load:");
    parts.log.report(failed);
    parts.events.emit("failed", Map.of("error", failed.error()));
    return failed;
  }

  @Override
  public void handle(Http1.Request request, Connection connection) {
    Response response;
    try {
      response = answer(request, connection);
    } catch (Failure failed) {
      response = Response.of(failed, idOf(request));
      if (failed.status() == 405) {
        response = response.closing("Allow: " + method(request.path()) + "\r\n");
      }
    } catch (RuntimeException | StackOverflowError e) {
      parts.log.report(e);
      Failure failed = Failure.ofDriver(500, "driver-error", e);
      response = Response.of(failed, Http1.callId(request.headers()));
    }
    if (response != null) {
      connection.respond(response);
    }
  }

  private static @Nullable String idOf(Http1.Request request) {
    return request.path().equals("/run") ? Reading.requestId(request) : null;
  }

  private static @Nullable String method(String path) {
    return switch (path) {
      case "/run", "/init" -> "POST";
      case "/health", "/schema" -> "GET";
      default -> null;
    };
  }

  /** Returns the response, or null if another thread will make it. */
  private @Nullable Response answer(Http1.Request request, Connection connection) throws Failure {
    String method = method(request.path());
    if (method == null) {
      throw Refusals.noPath(request.path(), PATHS);
    }
    if (!method.equals(request.method())) {
      throw Refusals.noMethod(request, method);
    }
    return switch (request.path()) {
      case "/run" -> run(request, connection);
      case "/init" -> init(request, connection);
      case "/schema" -> loaded().schema();
      default -> health();
    };
  }

  private Response health() {
    if (parts.calls.isDraining()) {
      return health(503, "draining", Refusals.of("draining")).closing("");
    }
    return switch (state) {
      case READY, WAITING -> Response.json(200, Map.of("state", state.shown()));
      default -> health(503, state.shown(), unavailable());
    };
  }

  private static Response health(int status, String state, Failure why) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("state", state);
    body.put("error", why.error());
    return Response.json(status, body);
  }

  private @Nullable Response init(Http1.Request request, Connection connection) throws Failure {
    Reading.Init init = Reading.init(request);
    if (state != State.WAITING || !initialized.compareAndSet(false, true)) {
      throw new Failure(403, "already-initialized", "cannot initialize more than once");
    }
    parts.threads.execute(() -> {
      Failure failed = load(init);
      connection.respond(
          failed == null ? Response.json(200, Map.of("ok", true)) : Response.of(failed, null));
    });
    return null;
  }

  private @Nullable Response run(Http1.Request request, Connection connection) throws Failure {
    Reading.Run read = Reading.run(request);
    Function loaded = loaded();
    Reading.Run run = loaded.checked(read);
    Call call = new Call(new Call.Parts(parts.calls, parts.log, loaded), connection, run);
    String refused = parts.calls.begin(call);
    if (refused != null) {
      throw Refusals.of(refused);
    }
    parts.threads.execute(call);
    return null;
  }

  private Function loaded() throws Failure {
    Function loaded = function;
    if (loaded == null || state != State.READY) {
      throw unavailable();
    }
    return loaded;
  }

  /** Returns why there is no function to call. */
  private Failure unavailable() {
    Failure failed = failure;
    if (state == State.FAILED && failed != null) {
      return failed.withStatus(503);
    }
    if (state == State.WAITING) {
      return new Failure(
          503, "not-initialized", "there is no function yet: send its code to /init first");
    }
    return new Failure(503, "starting", "the function is being loaded: try again shortly");
  }
}
