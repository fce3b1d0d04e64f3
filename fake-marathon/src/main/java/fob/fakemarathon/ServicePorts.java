package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Hands out service ports to apps that ask for port 0. Guarded by the core's lock. */
final class ServicePorts {

  private final int min;
  private final int max;
  private final BitSet used = new BitSet();
  private final Map<Integer, Integer> users = new HashMap<>();

  ServicePorts(int min, int max) {
    this.min = min;
    this.max = max;
  }

  /** The spec with a port for every 0; an app keeps those that it had. */
  ObjectNode assign(ObjectNode spec, @Nullable App before) {
    ObjectNode assigned = spec.deepCopy();
    List<Integer> wanted = of(assigned);
    Deque<Integer> kept = new ArrayDeque<>();
    if (before != null) {
      of(before.spec()).stream().filter(port -> !wanted.contains(port)).forEach(kept::add);
    }
    BitSet taken = new BitSet();
    for (JsonNode mapping : assigned.path("container").path("portMappings")) {
      assign(Json.objectOrEmpty(mapping), "servicePort", kept, taken);
    }
    for (JsonNode definition : assigned.path("portDefinitions")) {
      assign(Json.objectOrEmpty(definition), "port", kept, taken);
    }
    return assigned;
  }

  private void assign(ObjectNode node, String field, Deque<Integer> kept, BitSet taken) {
    if (node.path(field).asInt() != 0) {
      return;
    }
    Integer old = kept.poll();
    int port = old == null ? free(taken) : old;
    taken.set(port);
    node.put(field, port);
  }

  private int free(BitSet taken) {
    int port = min;
    while (used.get(port) || taken.get(port)) {
      port++;
    }
    if (port > max) {
      throw Refusal.of(
          500, "No free port available in the configured range " + min + "-" + max + ".");
    }
    return port;
  }

  void take(App app) {
    for (int port : of(app.spec())) {
      users.merge(port, 1, Integer::sum);
      used.set(port);
    }
  }

  void release(App app) {
    for (int port : of(app.spec())) {
      if (users.merge(port, -1, Integer::sum) <= 0) {
        users.remove(port);
        used.clear(port);
      }
    }
  }

  static List<Integer> of(JsonNode spec) {
    List<Integer> ports = new ArrayList<>();
    spec.path("container")
        .path("portMappings")
        .forEach(mapping -> ports.add(mapping.path("servicePort").asInt()));
    spec.path("portDefinitions").forEach(definition -> ports.add(definition.path("port").asInt()));
    return ports;
  }
}
