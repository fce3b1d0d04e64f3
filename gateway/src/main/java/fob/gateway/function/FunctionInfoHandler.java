package fob.gateway.function;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.access.Role;
import fob.bus.table.CodeStore;
import fob.bus.wire.Json;
import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.PlatformInfo;
import fob.gateway.access.Access;
import fob.gateway.access.Caller;
import fob.gateway.http.EventStreams;
import fob.gateway.http.Flag;
import fob.gateway.http.Followed;
import fob.gateway.http.Problem;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;

/** Shows functions: their statuses, settings and code. Thread-safe. */
public final class FunctionInfoHandler {

  /** How long a request waits for the code while the gateway still reads where all of it is. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final List<String> INSIDE =
      List.of("env", "secrets", "instances", "host", "port", "stack");

  private final Access access;
  private final Functions functions;
  private final FunctionJson json;
  private final FunctionList list;
  private final CodeStore codes;
  private final FunctionFeed feed;
  private final EventStreams streams;

  public FunctionInfoHandler(
      Access access, Functions functions, CodeStore codes, EventStreams streams) {
    this.access = access;
    this.functions = functions;
    this.json = new FunctionJson(functions);
    this.list = new FunctionList(functions, json);
    this.feed = new FunctionFeed(list);
    this.codes = codes;
    this.streams = streams;
  }

  /**
   * Lists every function that the client may use, the oldest first: all ids, and details in the
   * same order. With {@code follow=true}, goes on with changes.
   */
  public void stats(Context http, Map<String, String> query) throws InterruptedException {
    Caller caller = Caller.of(http);
    if (!Flag.parse("follow", query.get("follow"))) {
      answer(http, FunctionList.whole(list.details(caller)));
    } else {
      streams.follow(http, List.of(feed.follow(caller)));
    }
  }

  /** All functions that a client may use, and the changes. */
  public Followed follow(Caller caller) {
    return feed.follow(caller);
  }

  /** The languages that functions can be written in here, by name. */
  public void languages(Context http) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode all = answer.putArray("languages");
    functions
        .platform()
        .map(PlatformInfo::languages)
        .orElse(List.of())
        .forEach(language -> {
          ObjectNode one = all.addObject().put("name", language.name());
          language.extensions().forEach(one.putArray("extensions")::add);
          language.entries().forEach(one.putArray("entries")::add);
        });
    answer.put("images", functions.platform().map(PlatformInfo::runsImages).orElse(false));
    answer(http, answer);
  }

  /**
   * Shows one function: its status, instances and settings. Clients that only call functions do not
   * see how it works inside.
   */
  public void meta(Context http) {
    FunctionState state = find(http);
    ObjectNode meta = json.full(state);
    ObjectNode schema = FunctionDocument.schema(state);
    if (!schema.isEmpty()) {
      meta.set("schema", schema);
    }
    if (!Caller.of(http).role().includes(Role.DEPLOY)) {
      meta.remove(INSIDE);
    }
    answer(http, meta);
  }

  /** An OpenAPI document of one function. */
  public void schema(Context http) {
    answer(http, FunctionDocument.of(find(http), http.pathParam("function")));
  }

  /** A function's code, which its instances fetch too: source text, or an archive. */
  public void code(Context http) throws InterruptedException {
    access.checkInstance(http, Role.DEPLOY, http.pathParam("function"));
    FunctionState state = find(http);
    FunctionSpec spec = state.spec();
    Code code = read(spec.id()).orElseThrow(() -> noCode(state));
    http.header("ETag", '"' + spec.codeSha256() + '"').result(code.bytes());
    if (spec.upload().isArchive()) {
      archive(http, spec, "application/gzip", "tar.gz");
    } else if (code.isZip()) {
      archive(http, spec, "application/zip", "zip");
    } else {
      http.contentType("text/plain; charset=utf-8");
    }
  }

  private static void archive(Context http, FunctionSpec spec, String type, String ending) {
    String name = spec.name() == null ? spec.id().toString() : spec.name().value();
    http.contentType(type)
        .header("Content-Disposition", "attachment; filename=\"%s.%s\"".formatted(name, ending));
  }

  private Optional<Code> read(FunctionId id) throws InterruptedException {
    try {
      return codes.get(id, Instant.now().plus(PATIENCE));
    } catch (IllegalStateException stillReading) {
      throw Problem.ofGateway(
              503,
              "not-yet",
              "this gateway has just started and still reads where the code of all functions is;"
                  + " try again")
          .header("Retry-After", "2");
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
    return functions.require(http.pathParam("function"));
  }

  private static void answer(Context http, ObjectNode json) {
    http.contentType("application/json").result(Json.bytes(json));
  }
}
