package fob.call;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Generates request ids: UUIDs of version 7 (RFC 9562, section 5.7), which contain their creation
 * time. All ids satisfy a predicate. With it a gateway gets ids whose replies are written to its
 * own partition. Thread-safe.
 */
public final class RequestIds {

  private static final long RANDOM_A_MASK = 0x0FFFL;
  private static final long VERSION_7 = 0x7000L;
  private static final long VARIANT_CLEAR = 0x3FFF_FFFF_FFFF_FFFFL;
  private static final long VARIANT_RFC = 0x8000_0000_0000_0000L;
  private static final int TIMESTAMP_SHIFT = 16;

  private final InstantSource clock;
  private final Supplier<? extends RandomGenerator> random;
  private final Predicate<String> wanted;

  /**
   * Creates a generator.
   *
   * @param random returns a random generator that the calling thread may use
   * @param wanted accepts an id; rejected ids are drawn again, so it should accept a fair share
   */
  public RequestIds(
      InstantSource clock, Supplier<? extends RandomGenerator> random, Predicate<String> wanted) {
    this.clock = clock;
    this.random = random;
    this.wanted = wanted;
  }

  /** Returns the creation time of an id, or empty if the id is not a UUID of version 7. */
  public static Optional<Instant> time(RequestId id) {
    return uuid(id)
        .filter(uuid -> uuid.version() == 7)
        .map(uuid -> Instant.ofEpochMilli(uuid.getMostSignificantBits() >>> TIMESTAMP_SHIFT));
  }

  /** Returns the UUID that an id is, or empty if the id is not a UUID in lower case. */
  public static Optional<UUID> uuid(RequestId id) {
    try {
      return Optional.of(UUID.fromString(id.value()))
          .filter(uuid -> uuid.toString().equals(id.value()));
    } catch (IllegalArgumentException foreign) {
      return Optional.empty();
    }
  }

  /** Returns a new id. Ids are tried by their 12 first random bits, so one costs few drawn bits. */
  public RequestId next() {
    RandomGenerator bits = random.get();
    long timestamp = clock.millis() << TIMESTAMP_SHIFT;
    while (true) {
      long low = (bits.nextLong() & VARIANT_CLEAR) | VARIANT_RFC;
      long first = bits.nextInt() & RANDOM_A_MASK;
      for (long i = 0; i <= RANDOM_A_MASK; i++) {
        long high = timestamp | VERSION_7 | ((first + i) & RANDOM_A_MASK);
        String id = new UUID(high, low).toString();
        if (wanted.test(id)) {
          return new RequestId(id);
        }
      }
    }
  }
}
