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
import fob.gateway.http.EventStreams;
import fob.gateway.http.Flag;
import fob.gateway.http.Followed;
import fob.metrics.Activity;
import fob.metrics.Buckets;
import fob.metrics.FunctionActivity;
import io.javalin.http.Context;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Shows live figures of the functions that a client may use. Thread-safe. */
public final class LiveHandler {

  private final LiveFigures figures;
  private final Access access;
  private final Functions functions;
  private final EventStreams streams;
  private final InstantSource clock;

  public LiveHandler(
      LiveFigures figures,
      Access access,
      Functions functions,
      EventStreams streams,
      InstantSource clock) {
    this.figures = figures;
    this.access = access;
    this.functions = functions;
    this.streams = streams;
    this.clock = clock;
  }

  /** Answers with all steps, or with each further one if the client follows. */
  public void get(Context http, Map<String, String> query) throws InterruptedException {
    Predicate<FunctionActivity> wanted = wanted(http, query.get("function"));
    http.header("Cache-Control", "no-store");
    if (!Flag.parse("follow", query.get("follow"))) {
      http.contentType("application/json").result(Json.bytes(all(wanted)));
    } else {
      streams.follow(http, List.of(new LiveSteps(figures, wanted, clock)));
    }
  }

  /** Each further step of all functions that a client may use. */
  public Followed follow(Caller caller) {
    return new LiveSteps(figures, allowed(caller), clock);
  }

  private Predicate<FunctionActivity> allowed(Caller caller) {
    return of -> access.mayUse(caller, of.function());
  }

  private Predicate<FunctionActivity> wanted(Context http, @Nullable String function) {
    if (function == null) {
      return allowed(Caller.of(http));
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
}
