package fob.gateway;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.access.Role;
import fob.bus.loop.BusStatus;
import fob.bus.wire.Json;
import fob.bus.wire.Topic;
import fob.bus.wire.Topics;
import fob.gateway.access.AuditHandler;
import fob.gateway.access.KeyHandler;
import fob.gateway.function.FunctionInfoHandler;
import fob.gateway.http.Event;
import fob.gateway.http.Followed;
import fob.gateway.http.Fresh;
import fob.gateway.http.Problem;
import fob.gateway.live.EventsHandler.Subject;
import fob.gateway.live.LiveHandler;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.KafkaException;

/**
 * What clients can follow, by name. Kafka is asked only while somebody follows, and once for all
 * who do. Thread-safe.
 */
final class Subjects {

  /** How old may be what Kafka has told. */
  private static final Duration AGE = Duration.ofSeconds(2);

  private static final Duration AGE_OF_KEYS = Duration.ofMillis(500);

  private Subjects() {}

  static Map<String, Subject> of(
      FunctionInfoHandler functions,
      LiveHandler live,
      KeyHandler keys,
      AuditHandler audit,
      BusHandler bus) {
    BusStatus status = bus.bus();
    return Map.of(
        "functions",
        new Subject(Role.CALL, functions::follow),
        "live",
        new Subject(Role.CALL, live::follow),
        "dead",
        whole(Role.DEPLOY, AGE, whenWritten("dead", Topics.DEAD, status, Subjects::changes)),
        "keys",
        whole(Role.ADMIN, AGE_OF_KEYS, _ -> event("keys", keys::known)),
        "audit",
        whole(Role.ADMIN, AGE, whenWritten("audit", Topics.AUDIT, status, _ -> audit.newest())),
        "bus",
        whole(Role.ADMIN, AGE, _ -> event("bus", bus::status)));
  }

  private static Subject whole(Role needed, Duration age, Fresh.Maker<Event> maker) {
    Fresh<Event> now = new Fresh<>(age, maker);
    return new Subject(needed, _ -> Followed.whole(now));
  }

  /** How often the topic of dead letters was written to; deleting a letter writes too. */
  private static ObjectNode changes(long written) {
    return JsonNodeFactory.instance.objectNode().put("changes", written);
  }

  /** Reads something that is in Kafka. */
  @FunctionalInterface
  private interface Reading {
    ObjectNode read() throws InterruptedException;
  }

  /** Reads something that is in Kafka, after so many records were written to a topic. */
  @FunctionalInterface
  private interface ReadingOf {
    ObjectNode read(long written) throws InterruptedException;
  }

  /** An event with what is read, or with the reason why it cannot be read. */
  private static Event event(String name, Reading reading) throws InterruptedException {
    try {
      return Event.of(name, reading.read());
    } catch (Problem problem) {
      return trouble(name, problem);
    }
  }

  private static Event trouble(String name, Problem problem) {
    ObjectNode json = (ObjectNode) Json.parse(problem.json());
    return Event.of("trouble", json.put("subject", name));
  }

  /** Reads again only if something was written to the topic meanwhile. */
  private static Fresh.Maker<Event> whenWritten(
      String name, Topic topic, BusStatus status, ReadingOf reading) {
    AtomicLong known = new AtomicLong(-1);
    return before -> {
      long last = known.getAndSet(-1);
      try {
        long written = status.written(topic);
        Event now =
            before != null && written == last ? before : Event.of(name, reading.read(written));
        known.set(written);
        return now;
      } catch (KafkaException e) {
        return trouble(
            name, Problem.busUnavailable(topic.name() + " cannot be read now: " + e.getMessage()));
      } catch (Problem problem) {
        return trouble(name, problem);
      }
    };
  }
}
