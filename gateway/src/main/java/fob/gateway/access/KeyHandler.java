package fob.gateway.access;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.access.AccessKey;
import fob.access.KeyText;
import fob.bus.wire.Json;
import fob.gateway.http.Body;
import fob.gateway.http.BodyReader;
import fob.gateway.http.Problem;
import fob.gateway.publish.ConfirmedPublisher;
import io.javalin.http.Context;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;

/**
 * Makes, lists and deletes keys. Only the reply that makes a key has its text, also if Kafka did
 * not confirm it, and none has a checksum. Status 2xx means that Kafka has replicated the request.
 * Thread-safe.
 */
public final class KeyHandler {

  private final Keys keys;
  private final Clients clients;
  private final KeyChanges changes;
  private final BodyReader bodies;
  private final InstantSource clock;

  public KeyHandler(
      Keys keys,
      Clients clients,
      ConfirmedPublisher publisher,
      BodyReader bodies,
      InstantSource clock) {
    this.keys = keys;
    this.clients = clients;
    this.changes = new KeyChanges(keys, clients, publisher);
    this.bodies = bodies;
    this.clock = clock;
  }

  /** POST: the body says what the key may do. 201 with the key's text. */
  public void make(Context http) {
    KeyText text = text();
    AccessKey key;
    try (Body body = bodies.read(http, "the key")) {
      Instant now = clock.instant();
      key = KeyRequest.parse(body.bytes(), now).key(text, now, Caller.of(http).text());
    } catch (IllegalArgumentException e) {
      throw Problem.ofGateway(400, "bad-request", e);
    }
    AuditLog.about(http, "%s (%s, %s)".formatted(key.name(), key.id(), key.role().label()));
    changes.make(key, text, () -> clients.of(http));
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("key", text.text());
    put(json, key);
    http.status(201)
        .header("Location", "/api/keys/" + key.id())
        .header("Cache-Control", "no-store")
        .contentType("application/json")
        .result(Json.bytes(json));
  }

  private KeyText text() {
    KeyText text = KeyText.random();
    while (keys.isTaken(text.id())) {
      text = KeyText.random();
    }
    return text;
  }

  /** Lists the keys that were made, the oldest first. */
  public void list(Context http) {
    keys.catchUp();
    http.contentType("application/json").result(Json.bytes(known()));
  }

  /** Returns what {@link #list} answers, as far as this gateway knows already. */
  public ObjectNode known() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode list = json.putArray("keys");
    keys.made().stream()
        .sorted(Comparator.comparing(AccessKey::made).thenComparing(AccessKey::id))
        .forEach(key -> put(list.addObject(), key));
    return json;
  }

  /** Shows what the client's own key allows. It has no id if the gateway needs no key. */
  public void own(Context http) {
    Caller caller = Caller.of(http);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (!caller.id().isEmpty()) {
      json.put("id", caller.id());
    }
    json.put("name", caller.name())
        .put("role", caller.role().label())
        .put("functions", caller.functions().toString());
    if (caller.secrets() != null) {
      json.put("secrets", caller.secrets().toString());
    }
    AccessKey key = keys.get(caller.id());
    if (key != null && key.expires() != null) {
      json.put("expires", key.expires().toString());
    }
    http.header("Cache-Control", "no-store")
        .contentType("application/json")
        .result(Json.bytes(json));
  }

  /** DELETE: from now on the key is refused. */
  public void delete(Context http) {
    keys.catchUp();
    String id = http.pathParam("id");
    AccessKey key = keys.get(id);
    if (key == null || key.isRevoked()) {
      throw Problem.ofGateway(
          404,
          "not-found",
          "there is no key '%s'; GET /api/keys lists those that there are".formatted(id));
    }
    AuditLog.about(http, key.name());
    changes.delete(
        key,
        clock.instant().truncatedTo(ChronoUnit.MILLIS),
        Caller.of(http).text(),
        () -> clients.of(http));
    http.status(204);
  }

  private void put(ObjectNode json, AccessKey key) {
    json.put("id", key.id())
        .put("name", key.name())
        .put("role", key.role().label())
        .put("functions", key.functions().toString());
    if (key.secrets() != null) {
      json.put("secrets", key.secrets().toString());
    }
    put(json, "calls-per-second", key.quota().callsPerSecond());
    put(json, "concurrent", key.quota().concurrent());
    put(json, "max-functions", key.quota().maxFunctions());
    json.put("status", status(key)).put("made", key.made().toString()).put("by", key.by());
    if (key.expires() != null) {
      json.put("expires", key.expires().toString());
    }
    AccessKey.Revoked revoked = key.revoked();
    if (revoked != null) {
      json.put("deleted", revoked.at().toString()).put("deleted_by", revoked.by());
    }
  }

  private static void put(ObjectNode json, String member, int number) {
    if (number > 0) {
      json.put(member, number);
    }
  }

  private String status(AccessKey key) {
    if (key.isRevoked()) {
      return "deleted";
    }
    return key.hasExpired(clock.instant()) ? "expired" : "active";
  }
}
