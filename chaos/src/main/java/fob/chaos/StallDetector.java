package fob.chaos;

import fob.chaos.check.Event;
import fob.chaos.check.Fault;
import fob.service.Threads;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * Records when this process gets no processor time for more than 2 s. Then fob's processes may have
 * got none either.
 */
final class StallDetector implements AutoCloseable {

  private static final Duration PERIOD = Duration.ofMillis(200);
  private static final Duration STALL = Duration.ofSeconds(2);

  private final Consumer<Event> history;
  private final Thread thread;
  private volatile boolean closed;

  StallDetector(Consumer<Event> history) {
    this.history = history;
    this.thread = Thread.ofPlatform().daemon().name("stall-detector").start(this::watch);
  }

  private void watch() {
    while (!closed) {
      Instant before = Instant.now();
      Threads.pause(PERIOD);
      Instant after = Instant.now();
      if (Duration.between(before, after).compareTo(STALL) > 0) {
        history.accept(new Event.FaultInjected(before, after, Fault.STALL, "all"));
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    Threads.join(thread, STALL);
  }
}
