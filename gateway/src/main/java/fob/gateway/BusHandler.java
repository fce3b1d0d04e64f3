package fob.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.loop.BusStatus;
import fob.bus.wire.Json;
import fob.gateway.http.Problem;
import io.javalin.http.Context;
import org.apache.kafka.common.KafkaException;

/** Shows what waits in topics, and which invoker reads what. Thread-safe. */
record BusHandler(BusStatus bus) {

  void get(Context http) throws InterruptedException {
    http.header("Cache-Control", "no-store")
        .contentType("application/json")
        .result(Json.bytes(status()));
  }

  /**
   * Returns what {@link #get} answers. Blocks for some seconds at most.
   *
   * @throws Problem 503 if Kafka does not answer
   */
  ObjectNode status() throws InterruptedException {
    BusStatus.Seen seen;
    try {
      seen = bus.ask();
    } catch (KafkaException e) {
      throw Problem.busUnavailable("the state of the bus cannot be read: " + e.getMessage());
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode topics = json.putArray("topics");
    for (BusStatus.TopicStatus topic : seen.topics()) {
      topics
          .addObject()
          .put("name", topic.name())
          .put("partitions", topic.partitions())
          .put("lag", topic.lag())
          .put("oldest_ms", topic.oldest().toMillis());
    }
    ArrayNode invokers = json.putArray("invokers");
    for (BusStatus.Member member : seen.invokers()) {
      ObjectNode one = invokers.addObject().put("id", member.id()).put("address", member.address());
      member.shards().forEach(one.putArray("shards")::add);
    }
    return json;
  }
}
