package fob.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.CodeStore;
import fob.bus.Json;
import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.Instance;
import fob.function.LastEnd;
import fob.function.Limits;
import fob.service.Durations;
import io.javalin.http.Context;
import java.util.List;

/** What there is to know about functions. */
final class FunctionsHandler {

  private final Functions functions;
  private final CodeStore codes;

  FunctionsHandler(Functions functions, CodeStore codes) {
    this.functions = functions;
    this.codes = codes;
  }

  /** Every function's id, oldest first. */
  void stats(Context http) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode ids = json.putArray("functions");
    functions.all().forEach(spec -> ids.add(spec.id().toString()));
    answer(http, json);
  }

  /** Where a function runs and how it is. */
  void meta(Context http) {
    FunctionSpec spec = find(http);
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("id", spec.id().toString());
    if (spec.name() != null) {
      json.put("name", spec.name().value());
    }
    json.put("language", spec.language());
    FunctionStatus status =
        functions
            .state(spec.id())
            .map(FunctionState::status)
            .orElse(new FunctionStatus.Deploying("registered; its deployer has not taken it up"));
    putStatus(json, status);
    functions.state(spec.id()).map(FunctionState::lastEnd).ifPresent(end -> putEnd(json, end));
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

  private static void putStatus(ObjectNode json, FunctionStatus status) {
    switch (status) {
      case FunctionStatus.Deploying(String note) ->
          json.put("status", "deploying").put("note", note);
      case FunctionStatus.Failed(FunctionStatus.Failure failure) -> {
        json.put("status", "failed").put("reason", failure.message());
        if (failure.type() != null) {
          json.put("type", failure.type());
        }
        failure.stack().forEach(json.putArray("stack")::add);
      }
      case FunctionStatus.Ready(List<Instance> instances) -> {
        json.put("status", "ready");
        for (Instance instance : instances) {
          putAddress(json.withArray("instances").addObject().put("id", instance.id()), instance);
        }
        // As in the original, where a function had one place.
        putAddress(json, instances.getFirst());
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
  void code(Context http) {
    FunctionSpec spec = find(http);
    Code code =
        codes
            .get(spec.id())
            .orElseThrow(() ->
                Problem.ofGateway(
                        503, "not-yet", "the function's deployer has not taken up its code yet")
                    .header("Retry-After", "1"));
    http.header("ETag", '"' + spec.codeSha256() + '"')
        .contentType("text/plain; charset=utf-8")
        .result(code.bytes());
  }

  private FunctionSpec find(Context http) {
    String function = http.pathParam("function");
    FunctionId id =
        functions.resolve(function).orElseThrow(() -> Problem.unknownFunction(function));
    return functions.spec(id).orElseThrow(() -> Problem.unknownFunction(function));
  }

  private static void answer(Context http, ObjectNode json) {
    http.contentType("application/json").result(Json.bytes(json));
  }
}
