package fob.bus.table;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Measures the time since the last heartbeat of the active deployer. The deployer writes the
 * platform's row to {@code fob.functions} every {@link #EVERY}. Only the reader's own clock counts,
 * so the clocks of two machines need not agree. Thread-safe.
 */
public final class Heartbeat {

  /** How often the active deployer writes a heartbeat. */
  public static final Duration EVERY = Duration.ofSeconds(3);

  /** After this time without a heartbeat, statuses count as outdated. */
  public static final Duration STALE = Duration.ofSeconds(10);

  private final LongSupplier nanoTime;
  private final long startedNanos;

  private volatile Optional<Heard> last = Optional.empty();

  private record Heard(Instant at, boolean live, long nanos) {}

  Heartbeat(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.startedNanos = nanoTime.getAsLong();
  }

  /**
   * Notes that a row was read. Called by one thread at a time.
   *
   * @param at the time in the row
   * @param live whether the row was written after this reader had read the topic to its end. An
   *     older row may be from a deployer that is dead
   */
  void heard(Instant at, boolean live) {
    // The same row, read a second time, is no heartbeat.
    if (last.isEmpty() || !last.get().at().equals(at)) {
      last = Optional.of(new Heard(at, live, nanoTime.getAsLong()));
    }
  }

  /** Says in one sentence why statuses may be outdated; empty while there are heartbeats. */
  Optional<String> problem() {
    return last.filter(Heard::live).isPresent() && !isSilent()
        ? Optional.empty()
        : Optional.of(
            last.isEmpty()
                ? "no deployer has run on this bus yet"
                : "no active deployer has been heard of for %d s".formatted(silence().toSeconds()));
  }

  /**
   * Returns whether there was no heartbeat for {@link #STALE}. The time before this reader's start
   * does not count.
   */
  boolean isSilent() {
    return silence().compareTo(STALE) >= 0;
  }

  private Duration silence() {
    long since = last.filter(Heard::live).map(Heard::nanos).orElse(startedNanos);
    return Duration.ofNanos(nanoTime.getAsLong() - since);
  }
}
