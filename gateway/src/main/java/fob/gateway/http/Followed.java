package fob.gateway.http;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;

/** Something that one client follows. Used by the client's thread. */
@FunctionalInterface
public interface Followed {

  /**
   * Sends what is new since the last time; at first, all that the client has to know.
   *
   * @throws IOException if the client has gone, or may not go on
   */
  void tell(ServerEvents events) throws IOException, InterruptedException;

  /** Tells of something small: all of it, whenever it has changed. */
  static Followed whole(Fresh<Event> now) {
    AtomicReference<Event> told = new AtomicReference<>();
    return events -> {
      Event event = now.get();
      if (!event.equals(told.getAndSet(event))) {
        events.event(event.name(), event.data());
      }
    };
  }
}
