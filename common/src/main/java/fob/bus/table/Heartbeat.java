package fob.bus.table;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * When a reader of {@code fob.functions} last heard of the active deployer, which writes the
 * platform's row again every {@link #EVERY}. Only the reader's own clock counts, so the clocks of
 * two machines need not agree. Thread-safe.
 */
public final class Heartbeat {

  /** How often the active deployer writes. */
  public static final Duration EVERY = Duration.ofSeconds(3);

  /** After this long without a row nobody vouches for the statuses any more. */
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
   * A row was read. Called by one thread at a time.
   *
   * @param at the time in the row
   * @param live whether it was written after this reader had read the topic to its end; an older
   *     row may be of a deployer that is dead
   */
  void heard(Instant at, boolean live) {
    // A row that is read a second time is no sign of life.
    if (last.isEmpty() || !last.get().at().equals(at)) {
      last = Optional.of(new Heard(at, live, nanoTime.getAsLong()));
    }
  }

  /**
   * Why nobody vouches for the statuses of functions now, in one sentence; empty as long as an
   * active deployer does.
   */
  Optional<String> problem() {
    return last.filter(Heard::live).isPresent() && !isSilent()
        ? Optional.empty()
        : Optional.of(
            last.isEmpty()
                ? "no deployer has run on this bus yet"
                : "no active deployer has been heard of for %d s".formatted(silence().toSeconds()));
  }

  /** Whether no active deployer was heard of for {@link #STALE}, since the start at most. */
  boolean isSilent() {
    return silence().compareTo(STALE) >= 0;
  }

  private Duration silence() {
    long since = last.filter(Heard::live).map(Heard::nanos).orElse(startedNanos);
    return Duration.ofNanos(nanoTime.getAsLong() - since);
  }
}
