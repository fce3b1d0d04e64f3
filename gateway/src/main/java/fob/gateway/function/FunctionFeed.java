package fob.gateway.function;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import fob.access.Glob;
import fob.gateway.access.Caller;
import fob.gateway.http.Followed;
import fob.gateway.http.Fresh;
import fob.gateway.http.ServerEvents;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells clients of every change of the list of functions. A client gets the whole list first, and
 * after that the functions that have changed, at most twice a second. The list is made once for all
 * clients that may use the same functions. Thread-safe.
 */
final class FunctionFeed {

  private static final Duration AGE = Duration.ofMillis(500);

  /** How long a list is kept that nobody follows any more. */
  private static final Duration UNUSED = Duration.ofMinutes(1);

  private final FunctionList list;
  private final Cache<Glob, Fresh<Map<String, JsonNode>>> lists =
      Caffeine.newBuilder().expireAfterAccess(UNUSED).build();

  FunctionFeed(FunctionList list) {
    this.list = list;
  }

  Followed follow(Caller caller) {
    return new Follower(() -> details(caller));
  }

  /** Returns the details of all functions that a client may use, by id. */
  Map<String, JsonNode> details(Caller caller) throws InterruptedException {
    return lists
        .get(
            caller.functions(),
            _ -> new Fresh<>(AGE, before -> keepEqual(before, list.details(caller))))
        .get();
  }

  /** Details that did not change stay the same objects, so that comparing them costs nothing. */
  private static Map<String, JsonNode> keepEqual(
      @Nullable Map<String, JsonNode> before, Map<String, JsonNode> now) {
    if (before != null) {
      for (Map.Entry<String, JsonNode> each : now.entrySet()) {
        JsonNode known = before.get(each.getKey());
        if (known != null && known.equals(each.getValue())) {
          each.setValue(known);
        }
      }
    }
    return now;
  }

  /** Returns the details now. */
  @FunctionalInterface
  private interface Details {
    Map<String, JsonNode> now() throws InterruptedException;
  }

  /** One client. */
  private static final class Follower implements Followed {

    private final Details details;
    private @Nullable Map<String, JsonNode> known;

    Follower(Details details) {
      this.details = details;
    }

    @Override
    public void tell(ServerEvents events) throws IOException, InterruptedException {
      Map<String, JsonNode> now = details.now();
      if (known == null) {
        known = new LinkedHashMap<>(now);
        events.event("functions", FunctionList.whole(now).toString());
      } else {
        sendChanges(events, known, now);
      }
    }

    /** Sends what is new, and notes it as known. */
    private static void sendChanges(
        ServerEvents events, Map<String, JsonNode> known, Map<String, JsonNode> now)
        throws IOException {
      for (String id : List.copyOf(known.keySet())) {
        if (!now.containsKey(id)) {
          known.remove(id);
          events.event("removed", JsonNodeFactory.instance.objectNode().put("id", id).toString());
        }
      }
      for (Map.Entry<String, JsonNode> each : now.entrySet()) {
        if (!each.getValue().equals(known.put(each.getKey(), each.getValue()))) {
          events.event("function", each.getValue().toString());
        }
      }
    }
  }
}
