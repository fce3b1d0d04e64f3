package fob.gateway.function;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import fob.gateway.http.Problem;
import fob.gateway.http.ServerEvents;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells clients of every change of the list of functions, as server-sent events. A client gets the
 * whole list first, and after that the functions that have changed, at most twice a second.
 * Thread-safe.
 */
public final class FunctionFeed implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(FunctionFeed.class);
  private static final int MOST_FOLLOWERS = 100;
  private static final Duration TICK = Duration.ofMillis(500);

  private final Semaphore followers = new Semaphore(MOST_FOLLOWERS);
  private final CountDownLatch stopped = new CountDownLatch(1);

  /**
   * Writes the list and its changes until the client goes.
   *
   * @param all the details of all functions that the client may see, by id
   */
  void follow(Context http, Supplier<Map<String, JsonNode>> all) throws InterruptedException {
    if (!followers.tryAcquire()) {
      throw Problem.ofGateway(
              429,
              "overloaded",
              "%d clients follow the list of functions at this gateway".formatted(MOST_FOLLOWERS))
          .header("Retry-After", "5");
    }
    try {
      ServerEvents events = ServerEvents.replyTo(http);
      Map<String, JsonNode> known = new LinkedHashMap<>(all.get());
      events.event("functions", FunctionList.whole(known).toString());
      while (!stopped.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
        sendChanges(events, known, all.get());
        events.flush();
      }
    } catch (IOException gone) {
      LOGGER.atDebug().log("a follower of functions has gone");
    } finally {
      followers.release();
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

  @Override
  public void close() {
    stopped.countDown();
  }
}
