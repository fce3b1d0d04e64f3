package fob.gateway.function;

import fob.access.Role;
import fob.bus.table.LayerReader;
import fob.bus.wire.LayerWire;
import fob.function.FunctionState;
import fob.function.Layer;
import fob.gateway.access.Access;
import fob.gateway.access.Caller;
import fob.gateway.http.Downloads;
import fob.gateway.http.Problem;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Gives out the installed dependencies of functions. Instances that do not run on the deployer's
 * machine fetch them here. Thread-safe.
 */
public final class LayerHandler {

  private final Access access;
  private final Functions functions;
  private final LayerReader reader;
  private final Downloads downloads;

  public LayerHandler(Access access, Functions functions, LayerReader reader, Downloads downloads) {
    this.access = access;
    this.functions = functions;
    this.reader = reader;
    this.downloads = downloads;
  }

  /**
   * A layer: a gzipped tar archive. The parameter {@code function} of the query names a function
   * that has it, whose instances may fetch it with their token.
   */
  public void get(Context http, Map<String, String> query) throws InterruptedException {
    String function = query.get("function");
    access.checkInstance(http, Role.DEPLOY, function);
    String name = http.pathParam("layer");
    Caller caller = Caller.of(http);
    Layer layer =
        candidates(function)
            .filter(state -> caller.mayUse(state.spec().name()))
            .flatMap(state -> Stream.ofNullable(state.layer()))
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow(() ->
                notFound(
                    "no function has the layer '%s'; GET /api/meta/{function} names that of a function"
                        .formatted(name)));
    try {
      LayerWire.Description description = reader.description(layer).orElseThrow(() -> lost(name));
      http.header("ETag", '"' + layer.sha256() + '"').contentType("application/gzip");
      downloads.send(http, layer.bytes(), out -> reader.copy(layer, description, out));
    } catch (KafkaException e) {
      throw Problem.busUnavailable("the layer cannot be read now");
    } catch (IOException e) {
      throw lost(name);
    }
  }

  private Stream<FunctionState> candidates(@Nullable String function) {
    return function == null
        ? functions.all().stream()
        : functions.resolve(function).flatMap(functions::state).stream();
  }

  private static Problem lost(String name) {
    return notFound(
        "the layer '%s' is not on fob.layers any more; the next start of the deployer makes it again"
            .formatted(name));
  }

  private static Problem notFound(String why) {
    return Problem.ofGateway(404, "not-found", why);
  }
}
