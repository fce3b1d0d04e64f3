package fob.chaos;

import fob.chaos.check.Event;
import fob.chaos.check.Fault;
import fob.service.Threads;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/** Notes when the machine gives this process no time: then fob's have none either. */
final class Pulse implements AutoCloseable {

  private static final Duration BEAT = Duration.ofMillis(200);
  private static final Duration STALL = Duration.ofSeconds(2);

  private final Consumer<Event> history;
  private final Thread thread;
  private volatile boolean closed;

  Pulse(Consumer<Event> history) {
    this.history = history;
    this.thread = Thread.ofPlatform().daemon().name("pulse").start(this::beat);
  }

  private void beat() {
    while (!closed) {
      Instant before = Instant.now();
      Threads.pause(BEAT);
      Instant after = Instant.now();
      if (Duration.between(before, after).compareTo(STALL) > 0) {
        history.accept(new Event.Struck(before, after, Fault.STALL, "all"));
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    Threads.join(thread, STALL);
  }
}
