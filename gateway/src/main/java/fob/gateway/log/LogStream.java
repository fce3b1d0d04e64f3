package fob.gateway.log;

import fob.function.LogLine;
import fob.gateway.http.ServerEvents;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Writes lines to one client as server-sent events. The id of an event is the place of its line, so
 * a client that comes back misses nothing. Used by the client's thread.
 */
final class LogStream {

  private static final Duration TICK = Duration.ofMillis(250);

  /** How long lines of a removed function may still come. */
  private static final Duration LAST_LINES = Duration.ofSeconds(1);

  private final ServerEvents events;
  private final LogForm form;
  private final LogQuery query;
  private PlacedLine.Place last;

  /**
   * @param last the client has this line already
   */
  LogStream(ServerEvents events, LogForm form, LogQuery query, PlacedLine.Place last) {
    this.events = events;
    this.form = form;
    this.query = query;
    this.last = last;
  }

  /**
   * Writes lines until the client goes.
   *
   * @param before lines of the past
   * @param follower has the further ones; some may be among those of the past too
   * @param exists whether the function is there
   * @param stopping whether all followers have to go
   * @throws IOException if the client has gone
   */
  void run(
      LogSearch.Found before, Follower follower, BooleanSupplier exists, BooleanSupplier stopping)
      throws IOException, InterruptedException {
    events.comment("lines follow");
    if (before.note().isPresent()) {
      events.event("note", before.note().get());
    }
    lines(before.lines());
    while (!stopping.getAsBoolean()) {
      List<PlacedLine> next = follower.next(TICK);
      lines(next);
      if (!next.isEmpty()) {
        continue;
      }
      if (follower.isCut()) {
        events.event(
            "cut",
            "the client reads too slowly, so lines are missing from here on; connect again"
                + " with Last-Event-ID to go on");
        return;
      }
      if (!exists.getAsBoolean()) {
        for (var more = follower.next(LAST_LINES);
            !more.isEmpty();
            more = follower.next(LAST_LINES)) {
          lines(more);
        }
        events.event("removed", "the function was removed");
        return;
      }
    }
  }

  private void lines(List<PlacedLine> lines) throws IOException {
    for (PlacedLine placed : lines) {
      LogLine line = placed.line();
      if (placed.place().compareTo(last) > 0) {
        last = placed.place();
        if (query.wants(line)) {
          events.add(last.toString(), form.line(line));
        }
      }
    }
    events.flush();
  }
}
