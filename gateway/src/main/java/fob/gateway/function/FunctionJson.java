package fob.gateway.function;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.Instance;
import fob.function.LastEnd;
import fob.function.Layer;
import fob.function.PlatformInfo;
import fob.service.Text;
import java.util.List;
import java.util.Optional;

/** How functions and their statuses look in the replies of the API. Thread-safe. */
final class FunctionJson {

  private static final int LONGEST_REASON = 200;

  private final Functions functions;

  FunctionJson(Functions functions) {
    this.functions = functions;
  }

  /** One function in a list. Its reason has at most 200 characters. */
  void putBrief(ObjectNode json, FunctionState state) {
    putSpec(json, state);
    putStatus(json, state);
  }

  void putStatus(ObjectNode json, FunctionState state) {
    Shown shown = shown(state);
    json.put("status", shown.status());
    shown.reason().ifPresent(reason -> json.put("reason", Text.cut(reason, LONGEST_REASON)));
  }

  /** All that is known of one function. */
  ObjectNode full(FunctionState state) {
    FunctionSpec spec = state.spec();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    putSpec(json, state);
    Shown shown = shown(state);
    json.put("status", shown.status());
    shown.reason().ifPresent(reason -> json.put("reason", reason));
    putMore(json, state);
    LastEnd end = state.lastEnd();
    if (end != null) {
      putEnd(json, end);
    }
    SettingsJson.put(json, spec);
    functions
        .platform()
        .ifPresent(platform ->
            json.put("platform", platform.platform()).put("isolation", platform.isolation()));
    json.put("registered", spec.registered().toString())
        .put("code_bytes", spec.codeBytes())
        .put("code_sha256", spec.codeSha256());
    Layer layer = state.layer();
    if (layer != null) {
      json.putObject("layer")
          .put("id", layer.name())
          .put("bytes", layer.bytes())
          .put("sha256", layer.sha256());
    }
    return json;
  }

  private static void putSpec(ObjectNode json, FunctionState state) {
    json.put("id", state.spec().id().toString());
    putName(json, state);
    json.put("language", state.spec().language());
  }

  /** The name of a function, and its version as soon as the deployer has numbered it. */
  static void putName(ObjectNode json, FunctionState state) {
    if (state.spec().name() != null) {
      json.put("name", state.spec().name().value());
    }
    if (state.version() != null) {
      json.put("version", state.version().number());
    }
  }

  /** A status in one word, with the reason unless it is ready or deploying. */
  private record Shown(String status, Optional<String> reason) {}

  /** While the statuses may be outdated, only failures are shown; all others are unknown. */
  private Shown shown(FunctionState state) {
    Optional<String> unvouched = functions.unvouched();
    return switch (state.status()) {
      case FunctionStatus.Failed(FunctionStatus.FailureReason failure) ->
          new Shown("failed", Optional.of(failure.message()));
      case FunctionStatus.Deploying _ when unvouched.isEmpty() ->
          new Shown("deploying", Optional.empty());
      case FunctionStatus.Ready _ when unvouched.isEmpty() -> new Shown("ready", Optional.empty());
      case FunctionStatus.Idle _ when unvouched.isEmpty() -> new Shown("idle", Optional.empty());
      case FunctionStatus.Deploying _, FunctionStatus.Ready _, FunctionStatus.Idle _ ->
          new Shown("unknown", Optional.of(unvouched.orElseThrow() + fate()));
    };
  }

  /** What happens to functions while there is no deployer. */
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

  private void putMore(ObjectNode json, FunctionState state) {
    switch (state.status()) {
      case FunctionStatus.Deploying(String note) -> json.put("note", note);
      case FunctionStatus.Idle() ->
          json.put("note", "stopped, since no call came for long; the next call starts it");
      case FunctionStatus.Failed(FunctionStatus.FailureReason failure) -> {
        if (failure.type() != null) {
          json.put("type", failure.type());
        }
        failure.stack().forEach(json.putArray("stack")::add);
      }
      case FunctionStatus.Ready(List<Instance> instances) -> {
        if (mayRun()) {
          for (Instance instance : instances) {
            ObjectNode one = json.withArray("instances").addObject().put("id", instance.id());
            if (state.spec().limits().spread() > 1) {
              one.put("part", instance.part());
            }
            putAddress(one, instance);
          }
          // The first instance's address is also here, as in API versions with one instance.
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

  /** An instance with a Unix socket has the socket's path as its host, and no port. */
  private static void putAddress(ObjectNode json, Instance instance) {
    boolean unix = "unix".equals(instance.address().getScheme());
    json.put("host", unix ? instance.address().toString() : instance.address().getHost());
    if (unix) {
      json.putNull("port");
    } else {
      json.put("port", instance.address().getPort());
    }
  }
}
