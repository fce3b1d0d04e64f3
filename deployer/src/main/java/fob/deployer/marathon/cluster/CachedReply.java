package fob.deployer.marathon.cluster;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * A reply that many callers need: one request serves all callers within its age. Callers wait while
 * the reply is being fetched. Thread-safe.
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
