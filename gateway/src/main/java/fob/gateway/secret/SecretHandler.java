package fob.gateway.secret;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.bus.wire.SecretWire;
import fob.function.Environment;
import fob.function.FunctionState;
import fob.gateway.access.Caller;
import fob.gateway.function.Functions;
import fob.gateway.http.Body;
import fob.gateway.http.BodyReader;
import fob.gateway.http.Problem;
import fob.gateway.publish.ConfirmedPublisher;
import fob.secret.SecretKeys;
import fob.secret.SecretValue;
import fob.secret.StoredSecret;
import io.javalin.http.Context;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Writes, lists and deletes secrets. No reply has a value. Status 2xx means that Kafka has
 * replicated the request. Thread-safe.
 */
public final class SecretHandler {

  private static final int MOST = 1000;

  private final Functions functions;
  private final BodyReader bodies;
  private final ConfirmedPublisher publisher;
  private final Secrets secrets;
  private final Optional<SecretKeys> keys;

  /**
   * @param keys empty: this gateway has no key, so secrets cannot be written
   */
  public SecretHandler(
      Functions functions,
      BodyReader bodies,
      ConfirmedPublisher publisher,
      Secrets secrets,
      Optional<SecretKeys> keys) {
    this.functions = functions;
    this.bodies = bodies;
    this.publisher = publisher;
    this.secrets = secrets;
    this.keys = keys;
  }

  /** PUT: the body is the value. 201 if there was no such secret, else 204. */
  public void put(Context http) {
    String name = name(http);
    Caller.of(http).requireSecret(name);
    SecretKeys own = SecretKeysProblem.require(keys);
    Map<String, StoredSecret> before = secrets.all();
    boolean isNew = !before.containsKey(name);
    if (isNew && before.size() >= MOST) {
      throw Problem.ofGateway(
          422,
          "too-many-secrets",
          "there are %d secrets, the most is %d; delete one first".formatted(before.size(), MOST));
    }
    try (Body body = bodies.read(http, "the secret's value")) {
      SecretValue.require(body.bytes());
      publisher.publish(SecretWire.encode(name, own.seal(name, body.bytes())));
    } catch (IllegalArgumentException e) {
      throw Problem.ofGateway(400, "bad-secret", e);
    }
    http.status(isNew ? 201 : 204);
  }

  /**
   * Lists the names of secrets that the client may use, when each was written, and which of its
   * functions use it.
   */
  public void list(Context http) {
    Caller client = Caller.of(http);
    Map<String, StoredSecret> all = new TreeMap<>(secrets.all());
    all.keySet().removeIf(name -> !client.mayUseSecret(name));
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode list = json.putArray("secrets");
    all.forEach((name, secret) -> {
      ObjectNode one =
          list.addObject().put("name", name).put("changed", secret.changed().toString());
      users(name, client).putInto(one);
    });
    http.contentType("application/json").result(Json.bytes(json));
  }

  /** DELETE, unless a function uses the secret. */
  public void delete(Context http) {
    String name = name(http);
    Caller.of(http).requireSecret(name);
    if (!secrets.all().containsKey(name)) {
      throw Problem.ofGateway(
          404,
          "not-found",
          "there is no secret '%s'; GET /api/secrets lists those that there are".formatted(name));
    }
    SecretUsers users = users(name, Caller.of(http));
    if (!users.isNone()) {
      throw users.inUse(name);
    }
    publisher.publish(SecretWire.delete(name));
    http.status(204);
  }

  private SecretUsers users(String name, Caller client) {
    return SecretUsers.of(name, functions.all().stream().map(FunctionState::spec).toList(), client);
  }

  private static String name(Context http) {
    try {
      return Environment.requireName(http.pathParam("name"));
    } catch (IllegalArgumentException e) {
      throw Problem.ofGateway(400, "bad-secret", e);
    }
  }
}
