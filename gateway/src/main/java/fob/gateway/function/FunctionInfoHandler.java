package fob.gateway.function;

import fob.bus.wire.Json;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.CodeStore;
import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.Instance;
import fob.function.LastEnd;
import fob.function.Limits;
import fob.function.PlatformInfo;
import fob.gateway.http.Problem;
import fob.service.Durations;
import fob.service.Text;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;

/** What there is to know about functions. */
public final class FunctionInfoHandler {

  private static final int MOST_OF_REASON = 200;

  private final Functions functions;
  private final CodeStore codes;

  public FunctionInfoHandler(Functions functions, CodeStore codes) {
    this.functions = functions;
    this.codes = codes;
  }

  /** Every function, oldest first: the ids, and in the same order what to know of each. */
  public void stats(Context http) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode ids = json.putArray("functions");
    ArrayNode details = json.putArray("details");
    for (FunctionState state : functions.all()) {
      ids.add(state.spec().id().toString());
      ObjectNode detail = details.addObject();
      putSpec(detail, state.spec());
      Shown shown = shown(state);
      detail.put("status", shown.status());
      shown.reason().ifPresent(reason -> detail.put("reason", Text.cut(reason, MOST_OF_REASON)));
    }
    answer(http, json);
  }

  /** Where a function runs and how it is. */
  public void meta(Context http) {
    FunctionState state = find(http);
    FunctionSpec spec = state.spec();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    putSpec(json, spec);
    Shown shown = shown(state);
    json.put("status", shown.status());
    shown.reason().ifPresent(reason -> json.put("reason", reason));
    putMore(json, state.status());
    LastEnd end = state.lastEnd();
    if (end != null) {
      putEnd(json, end);
    }
    Limits limits = spec.limits();
    json.putObject("limits")
        .put("timeout", Durations.text(limits.timeout()))
        .put("concurrency", limits.concurrency())
        .put("memory_mib", limits.memoryMiB())
        .put("instances", limits.instances())
        .put("network", limits.network());
    json.putObject("retry")
        .put("retries", spec.retry().retries())
        .put("max_age", Durations.text(spec.retry().maxAge()));
    functions
        .platform()
        .ifPresent(platform ->
            json.put("platform", platform.platform()).put("isolation", platform.isolation()));
    json.put("registered", spec.registered().toString())
        .put("code_bytes", spec.codeBytes())
        .put("code_sha256", spec.codeSha256());
    answer(http, json);
  }

  private static void putSpec(ObjectNode json, FunctionSpec spec) {
    json.put("id", spec.id().toString());
    if (spec.name() != null) {
      json.put("name", spec.name().value());
    }
    json.put("language", spec.language());
  }

  /** A status in one word, and the reason if it is neither ready nor deploying. */
  private record Shown(String status, Optional<String> reason) {}

  /** What is not known to have failed is unknown while no deployer vouches for it. */
  private Shown shown(FunctionState state) {
    Optional<String> unvouched = functions.unvouched();
    return switch (state.status()) {
      case FunctionStatus.Failed(FunctionStatus.FailureReason failure) ->
          new Shown("failed", Optional.of(failure.message()));
      case FunctionStatus.Deploying _ when unvouched.isEmpty() ->
          new Shown("deploying", Optional.empty());
      case FunctionStatus.Ready _ when unvouched.isEmpty() -> new Shown("ready", Optional.empty());
      case FunctionStatus.Deploying _, FunctionStatus.Ready _ ->
          new Shown("unknown", Optional.of(unvouched.orElseThrow() + fate()));
    };
  }

  /** What becomes of functions without their deployer. */
  private String fate() {
    return functions
        .platform()
        .map(platform ->
            platform.outlivesDeployer()
                ? "; instances that run go on serving, and none is started or replaced"
                : "; on the platform '%s' instances end with their deployer, and the next one starts them again"
                    .formatted(platform.platform()))
        .orElse("");
  }

  private boolean mayRun() {
    return functions.unvouched().isEmpty()
        || functions.platform().map(PlatformInfo::outlivesDeployer).orElse(false);
  }

  private void putMore(ObjectNode json, FunctionStatus status) {
    switch (status) {
      case FunctionStatus.Deploying(String note) -> json.put("note", note);
      case FunctionStatus.Failed(FunctionStatus.FailureReason failure) -> {
        if (failure.type() != null) {
          json.put("type", failure.type());
        }
        failure.stack().forEach(json.putArray("stack")::add);
      }
      case FunctionStatus.Ready(List<Instance> instances) -> {
        if (mayRun()) {
          for (Instance instance : instances) {
            putAddress(json.withArray("instances").addObject().put("id", instance.id()), instance);
          }
          // As in the original, where a function had one place.
          putAddress(json, instances.getFirst());
        }
      }
    }
  }

  private static void putEnd(ObjectNode json, LastEnd end) {
    json.putObject("lastEnd")
        .put("reason", end.reason())
        .put("at", end.at().toString())
        .put("count", end.count());
  }

  /** An instance behind a Unix socket has its path as its host, and no port. */
  private static void putAddress(ObjectNode json, Instance instance) {
    boolean unix = "unix".equals(instance.address().getScheme());
    json.put("host", unix ? instance.address().toString() : instance.address().getHost());
    if (unix) {
      json.putNull("port");
    } else {
      json.put("port", instance.address().getPort());
    }
  }

  /** A function's code as it was posted. */
  public void code(Context http) {
    FunctionState state = find(http);
    FunctionSpec spec = state.spec();
    Code code = read(spec.id()).orElseThrow(() -> noCode(state));
    http.header("ETag", '"' + spec.codeSha256() + '"')
        .contentType("text/plain; charset=utf-8")
        .result(code.bytes());
  }

  private Optional<Code> read(FunctionId id) {
    try {
      return codes.get(id);
    } catch (KafkaException e) {
      throw Problem.busUnavailable("the function's code cannot be read now");
    }
  }

  private static Problem noCode(FunctionState state) {
    return state.status() instanceof FunctionStatus.Failed(FunctionStatus.FailureReason failure)
        ? Problem.ofGateway(
            404, "not-found", "the function's code was not kept, since " + failure.summary())
        : Problem.ofGateway(503, "not-yet", "the function's deployer has not taken up its code yet")
            .header("Retry-After", "1");
  }

  private FunctionState find(Context http) {
    String function = http.pathParam("function");
    return functions
        .resolve(function)
        .flatMap(functions::state)
        .orElseThrow(() -> Problem.unknownFunction(function));
  }

  private static void answer(Context http, ObjectNode json) {
    http.contentType("application/json").result(Json.bytes(json));
  }
}
