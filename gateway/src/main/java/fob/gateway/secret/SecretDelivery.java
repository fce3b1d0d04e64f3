package fob.gateway.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.SecretUse;
import fob.gateway.access.Bearer;
import fob.gateway.function.Functions;
import fob.gateway.http.Problem;
import fob.secret.SecretKeys;
import fob.secret.StoredSecret;
import fob.secret.UnreadableSecret;
import io.javalin.http.Context;
import java.util.Map;
import java.util.Optional;

/**
 * Gives the secrets of a function to its instances on a cluster, which show the token that the
 * deployer has made for this function. Thread-safe.
 */
public final class SecretDelivery {

  private final Functions functions;
  private final Secrets secrets;
  private final Optional<SecretKeys> keys;

  public SecretDelivery(Functions functions, Secrets secrets, Optional<SecretKeys> keys) {
    this.functions = functions;
    this.secrets = secrets;
    this.keys = keys;
  }

  /** GET of a function's secrets: a JSON object of their names and values. */
  public void get(Context http) {
    SecretKeys own = SecretKeysProblem.require(keys);
    FunctionId id =
        FunctionId.parse(http.pathParam("function"))
            .filter(function -> own.accepts(Bearer.of(http).orElse(""), function))
            .orElseThrow(SecretDelivery::unauthorized);
    FunctionSpec spec =
        functions.spec(id).orElseThrow(() -> notYet("this gateway does not know the function yet"));
    Map<String, StoredSecret> all = secrets.all();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    for (SecretUse use : spec.environment().secrets()) {
      StoredSecret secret =
          Optional.ofNullable(all.get(use.name()))
              .orElseThrow(() -> notYet("there is no secret '%s'".formatted(use.name())));
      try {
        json.put(use.name(), new String(own.open(secret), UTF_8));
      } catch (UnreadableSecret e) {
        throw Problem.ofGateway(503, "unreadable-secret", e);
      }
    }
    http.header("Cache-Control", "no-store")
        .contentType("application/json")
        .result(Json.bytes(json));
  }

  /** The same for every wrong request, so that it does not tell which functions there are. */
  private static Problem unauthorized() {
    return Problem.ofGateway(
            401,
            "unauthorized",
            "only a function's own instances get its secrets; GET /api/secrets lists their names")
        .header("WWW-Authenticate", "Bearer");
  }

  private static Problem notYet(String why) {
    return Problem.ofGateway(503, "not-yet", why).header("Retry-After", "1");
  }
}
