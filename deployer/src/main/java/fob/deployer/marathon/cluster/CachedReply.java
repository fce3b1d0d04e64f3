package fob.deployer.marathon.cluster;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * An answer that many ask for: one request serves all who ask within its age. Whoever comes while
 * it is being fetched waits for it. Thread-safe.
 */
final class CachedReply<T> {

  @FunctionalInterface
  interface Source<T> {
    T fetch() throws InterruptedException;
  }

  private final Source<T> source;
  private final Duration age;
  private final InstantSource clock;
  private Optional<T> value = Optional.empty(); // guarded by this
  private Instant fetched = Instant.MIN; // guarded by this

  CachedReply(Source<T> source, Duration age, InstantSource clock) {
    this.source = source;
    this.age = age;
    this.clock = clock;
  }

  synchronized T get() throws InterruptedException {
    Instant now = clock.instant();
    if (value.isEmpty() || fetched.plus(age).isBefore(now)) {
      value = Optional.of(source.fetch());
      fetched = clock.instant();
    }
    return value.get();
  }
}
