package fob.gateway.live;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.access.Role;
import fob.bus.wire.Json;
import fob.function.FunctionId;
import fob.function.FunctionName;
import fob.gateway.access.Access;
import fob.gateway.access.Caller;
import fob.gateway.function.Functions;
import fob.gateway.http.Flag;
import fob.gateway.http.Problem;
import fob.gateway.http.ServerEvents;
import fob.metrics.Activity;
import fob.metrics.Buckets;
import fob.metrics.FunctionActivity;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows live figures of the functions that a client may use. Thread-safe. */
public final class LiveHandler implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(LiveHandler.class);
  private static final int MOST_FOLLOWERS = 100;

  /** How long after its end a step is sent to followers: invokers write it in this time. */
  static final Duration GRACE = Duration.ofMillis(1_500);

  private final LiveFigures figures;
  private final Access access;
  private final Functions functions;
  private final InstantSource clock;
  private final Semaphore followers = new Semaphore(MOST_FOLLOWERS);
  private final CountDownLatch stopping = new CountDownLatch(1);

  public LiveHandler(LiveFigures figures, Access access, Functions functions, InstantSource clock) {
    this.figures = figures;
    this.access = access;
    this.functions = functions;
    this.clock = clock;
  }

  /** Answers with all steps, or with each further one if the client follows. */
  public void get(Context http, Map<String, String> query)
      throws InterruptedException, IOException {
    Predicate<FunctionActivity> wanted = wanted(http, query.get("function"));
    http.header("Cache-Control", "no-store");
    if (!Flag.parse("follow", query.get("follow"))) {
      http.contentType("application/json").result(Json.bytes(all(wanted)));
    } else if (HandlerType.HEAD.equals(http.method())) {
      http.contentType("text/event-stream");
    } else {
      follow(http, wanted);
    }
  }

  private Predicate<FunctionActivity> wanted(Context http, @Nullable String function) {
    Caller caller = Caller.of(http);
    Predicate<FunctionActivity> allowed = of -> access.mayUse(caller, of.function());
    if (function == null) {
      return allowed;
    }
    access.requireFunction(http, Role.CALL, function);
    String id = functions.require(function).spec().id().toString();
    return FunctionName.isValid(function)
        ? of -> function.equals(nameOf(of.function()))
        : of -> of.function().equals(id);
  }

  private String nameOf(String id) {
    return FunctionId.parse(id)
        .flatMap(functions::spec)
        .map(spec -> Objects.toString(spec.name(), ""))
        .orElse("");
  }

  private ObjectNode all(Predicate<FunctionActivity> wanted) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("at", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
    json.put("step_ms", Activity.STEP.toMillis());
    ArrayNode steps = json.putArray("steps");
    for (Activity step : figures.steps()) {
      ObjectNode shown = step(step, wanted);
      if (!shown.path("functions").isEmpty()) {
        steps.add(shown);
      }
    }
    return json;
  }

  static ObjectNode step(Activity step, Predicate<FunctionActivity> wanted) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("at", step.at().toString());
    ObjectNode functions = json.putObject("functions");
    step.functions().stream()
        .filter(wanted)
        .forEach(of -> {
          long calls = Math.max(1, of.calls());
          functions
              .putObject(of.function())
              .put("calls", of.calls())
              .put("errors", of.errors())
              .put("p50_us", Buckets.quantile(of.times(), 0.5))
              .put("p99_us", Buckets.quantile(of.times(), 0.99))
              .put("queue_us", of.queueMicros() / calls)
              .put("wait_us", of.waitMicros() / calls)
              .put("run_us", of.runMicros() / calls);
        });
    return json;
  }

  private void follow(Context http, Predicate<FunctionActivity> wanted)
      throws InterruptedException, IOException {
    if (!followers.tryAcquire()) {
      throw Problem.ofGateway(
              429, "overloaded", "%d clients follow live figures".formatted(MOST_FOLLOWERS))
          .header("Retry-After", "5");
    }
    try {
      ServerEvents out = ServerEvents.replyTo(http);
      out.comment("steps follow");
      Instant next = Activity.stepOf(clock.instant().minus(GRACE));
      while (!stopping.await(until(next), TimeUnit.MILLISECONDS)) {
        byte[] step = Json.bytes(step(figures.step(next), wanted));
        out.event("step", new String(step, StandardCharsets.UTF_8));
        next = next.plus(Activity.STEP);
      }
    } catch (IOException gone) {
      LOGGER.atDebug().log("a follower of live figures has gone");
    } finally {
      followers.release();
    }
  }

  /** Returns how long to wait until a step can be sent, in milliseconds. */
  private long until(Instant step) {
    Instant due = step.plus(Activity.STEP).plus(GRACE);
    return Math.max(0, Duration.between(clock.instant(), due).toMillis() + 1);
  }

  /** Ends the replies to followers. */
  @Override
  public void close() {
    stopping.countDown();
  }
}
