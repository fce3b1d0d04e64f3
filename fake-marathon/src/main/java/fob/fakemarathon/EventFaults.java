package fob.fakemarathon;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What goes wrong on the way of events to their readers. Each predicate gets an event's type, and
 * holds until it is set again. Thread-safe.
 */
public final class EventFaults {

  private Predicate<String> dropped = EventFaults::never;
  private Predicate<String> duplicated = EventFaults::never;
  private Predicate<String> delayed = EventFaults::never;
  private final List<ObjectNode> held = new ArrayList<>();

  EventFaults() {}

  /** Loses events of these types. */
  public synchronized void drop(Predicate<String> types) {
    dropped = types;
  }

  /** Sends events of these types twice. */
  public synchronized void duplicate(Predicate<String> types) {
    duplicated = types;
  }

  /** Sends an event of these types only after the next one of any type. */
  public synchronized void reorder(Predicate<String> types) {
    delayed = types;
  }

  /** From now on all goes well; an event that is held back is still sent after the next one. */
  public synchronized void none() {
    dropped = EventFaults::never;
    duplicated = EventFaults::never;
    delayed = EventFaults::never;
  }

  private static boolean never(String type) {
    return false;
  }

  /** What is sent now that this event happens. */
  synchronized List<ObjectNode> apply(ObjectNode event) {
    String type = event.path("eventType").asText();
    List<ObjectNode> now = new ArrayList<>();
    if (!dropped.test(type)) {
      now.add(event);
      if (duplicated.test(type)) {
        now.add(event);
      }
    }
    if (held.isEmpty() && delayed.test(type)) {
      held.addAll(now);
      return List.of();
    }
    now.addAll(held);
    held.clear();
    return now;
  }
}
