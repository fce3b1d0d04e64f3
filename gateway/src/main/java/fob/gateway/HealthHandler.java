package fob.gateway;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.gateway.http.HttpReplies;
import fob.gateway.http.Problem;
import io.javalin.http.Context;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Tells whether the gateway lives, and whether it can serve. Thread-safe.
 *
 * @param unready why the gateway cannot serve now; empty when it can
 * @param warning what an operator should change although the gateway serves; empty if nothing
 */
record HealthHandler(Supplier<Optional<Problem>> unready, Supplier<Optional<String>> warning) {

  void alive(Context http) {
    write(http, JsonNodeFactory.instance.objectNode().put("status", "ok"));
  }

  void ready(Context http) {
    unready
        .get()
        .ifPresentOrElse(
            why -> HttpReplies.write(http, why),
            () -> {
              ObjectNode ready = JsonNodeFactory.instance.objectNode().put("status", "ready");
              warning.get().ifPresent(text -> ready.put("warning", text));
              write(http, ready);
            });
  }

  private static void write(Context http, ObjectNode json) {
    http.contentType("application/json").result(Json.bytes(json));
  }
}
