package fob.gateway.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A value that many clients ask for again and again. It is made once for all of them, only when one
 * asks, and again when it is too old. Thread-safe: threads wait for the one that makes it.
 */
public final class Fresh<T> {

  private final Duration age;
  private final Maker<T> maker;
  private @Nullable T value;
  private long madeNanos;

  /** Makes the value. Used by one thread at a time. */
  @FunctionalInterface
  public interface Maker<T> {

    /**
     * @param before the last value; null at first
     */
    T make(@Nullable T before) throws InterruptedException;
  }

  /**
   * @param age how old the value may become
   */
  public Fresh(Duration age, Maker<T> maker) {
    this.age = age;
    this.maker = maker;
  }

  public synchronized T get() throws InterruptedException {
    T known = value;
    if (known != null && System.nanoTime() - madeNanos < age.toNanos()) {
      return known;
    }
    T made = maker.make(known);
    value = made;
    madeNanos = System.nanoTime();
    return made;
  }
}
