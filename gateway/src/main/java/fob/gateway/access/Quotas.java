package fob.gateway.access;

import fob.access.Quota;
import fob.gateway.http.Problem;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Holds the quotas of keys for calls at this gateway. It remembers each key that has a quota.
 * Thread-safe.
 */
public final class Quotas {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final Slot UNBOUNDED = () -> {};

  private final Map<String, Use> uses = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  public Quotas(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** A call that counts until it is closed. */
  @FunctionalInterface
  public interface Slot extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Begins a call.
   *
   * @throws Problem 429 if the client has used up a quota; the message names it
   */
  public Slot take(Caller caller) {
    Quota quota = caller.quota();
    if (quota.equals(Quota.NONE)) {
      return UNBOUNDED;
    }
    Use use = use(caller);
    AtomicInteger running = slot(caller, use);
    if (quota.callsPerSecond() > 0 && !use.begins(quota.callsPerSecond(), nanoTime.getAsLong())) {
      running.decrementAndGet();
      throw exceeded(caller, "calls-per-second", quota.callsPerSecond(), "calls a second");
    }
    return running::decrementAndGet;
  }

  /**
   * Begins a request that stays open and is no call: it counts among those at a time alone.
   *
   * @throws Problem 429 if the client has used up that quota
   */
  public Slot hold(Caller caller) {
    if (caller.quota().concurrent() == 0) {
      return UNBOUNDED;
    }
    return slot(caller, use(caller))::decrementAndGet;
  }

  private Use use(Caller caller) {
    return uses.computeIfAbsent(caller.id(), _ -> new Use(nanoTime.getAsLong()));
  }

  /** Returns the number of what runs, with one more. */
  private static AtomicInteger slot(Caller caller, Use use) {
    int most = caller.quota().concurrent();
    if (use.running.incrementAndGet() > most && most > 0) {
      use.running.decrementAndGet();
      throw exceeded(caller, "concurrent", most, "calls at a time");
    }
    return use.running;
  }

  private static Problem exceeded(Caller caller, String name, int most, String what) {
    return Problem.ofGateway(
            429,
            "quota",
            "'%s' may make %d %s at this gateway (%s of its key)"
                .formatted(caller.text(), most, what, name))
        .with("quota", name)
        .header("Retry-After", "1");
  }

  /** What a key uses. */
  private static final class Use {

    private final AtomicInteger running = new AtomicInteger();

    /**
     * When all calls that have begun would be over if each took its share of a second. It may be a
     * second ahead, so that many calls of a second may begin at once.
     */
    private final AtomicLong busyUntil;

    Use(long now) {
      this.busyUntil = new AtomicLong(now);
    }

    boolean begins(int perSecond, long now) {
      long share = SECOND / perSecond;
      while (true) {
        long until = busyUntil.get();
        long next = (until - now > 0 ? until : now) + share;
        if (next - now > SECOND) {
          return false;
        }
        if (busyUntil.compareAndSet(until, next)) {
          return true;
        }
      }
    }
  }
}
