package fob.gateway.live;

import fob.access.Role;
import fob.gateway.access.Access;
import fob.gateway.access.Caller;
import fob.gateway.http.EventStreams;
import fob.gateway.http.Followed;
import fob.gateway.http.Problem;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Tells a client of several things in one stream, since browsers have few connections to a host.
 * Thread-safe.
 */
public final class EventsHandler {

  private final SortedMap<String, Subject> subjects;
  private final EventStreams streams;

  /**
   * Something that clients can follow.
   *
   * @param needed the role that they need
   * @param follow begins anew for each client
   */
  public record Subject(Role needed, Function<Caller, Followed> follow) {}

  /**
   * @param subjects by their names
   */
  public EventsHandler(Map<String, Subject> subjects, EventStreams streams) {
    this.subjects = new TreeMap<>(subjects);
    this.streams = streams;
  }

  /** Answers with events of what the query names. */
  public void get(Context http, Map<String, String> query) throws InterruptedException {
    List<Followed> wanted = new ArrayList<>();
    for (String name : new TreeSet<>(List.of(query.getOrDefault("of", "").split(",", -1)))) {
      Subject subject = subjects.get(name);
      if (subject == null) {
        throw Problem.badRequest(
            "of='%s': expected some of %s, with commas between them"
                .formatted(query.getOrDefault("of", ""), String.join(", ", subjects.keySet())));
      }
      Access.requireRole(http, subject.needed());
      wanted.add(subject.follow().apply(Caller.of(http)));
    }
    http.header("Cache-Control", "no-store");
    streams.follow(http, wanted);
  }
}
