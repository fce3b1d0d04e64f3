package fob.gateway.log;

import fob.function.LogLine;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Writes lines to one client as server-sent events. The id of an event is the place of its line, so
 * a client that comes back misses nothing. Used by the client's thread.
 */
final class LogStream {

  private static final Duration TICK = Duration.ofMillis(250);
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);

  /** How long lines of a removed function may still come. */
  private static final Duration LAST_LINES = Duration.ofSeconds(1);

  private final OutputStream out;
  private final LogForm form;
  private final LogQuery query;
  private PlacedLine.Place last;
  private long wroteNanos = System.nanoTime();

  /**
   * @param last the client has this line already
   */
  LogStream(OutputStream out, LogForm form, LogQuery query, PlacedLine.Place last) {
    this.out = out;
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
    comment("lines follow");
    if (before.note().isPresent()) {
      event("note", before.note().get());
    }
    lines(before.lines());
    while (!stopping.getAsBoolean()) {
      List<PlacedLine> next = follower.next(TICK);
      lines(next);
      if (!next.isEmpty()) {
        continue;
      }
      if (follower.isCut()) {
        event(
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
        event("removed", "the function was removed");
        return;
      }
      if (System.nanoTime() - wroteNanos > HEARTBEAT.toNanos()) {
        comment("heartbeat");
      }
    }
  }

  private void lines(List<PlacedLine> lines) throws IOException {
    StringBuilder text = new StringBuilder();
    for (PlacedLine placed : lines) {
      LogLine line = placed.line();
      if (placed.place().compareTo(last) > 0) {
        last = placed.place();
        if (query.wants(line)) {
          text.append("id: ").append(last).append("\ndata: ").append(form.line(line));
          text.append("\n\n");
        }
      }
    }
    write(text);
  }

  private void event(String name, String data) throws IOException {
    write(new StringBuilder("event: ").append(name).append("\ndata: ").append(data).append("\n\n"));
  }

  private void comment(String text) throws IOException {
    write(new StringBuilder(": ").append(text).append("\n\n"));
  }

  private void write(StringBuilder text) throws IOException {
    if (!text.isEmpty()) {
      out.write(text.toString().getBytes(StandardCharsets.UTF_8));
      out.flush();
      wroteNanos = System.nanoTime();
    }
  }
}
