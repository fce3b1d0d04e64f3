package fob.function;

import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The resources that one function may use. The constructor throws an IllegalArgumentException for a
 * value that is out of bounds; its message is for the user.
 *
 * @param timeout how long one call may run, 100 ms to 15 min
 * @param concurrency how many calls run at a time in one instance, 1 to 1000
 * @param memoryMiB the memory of one instance, 32 to 16384 MiB
 * @param instances the number of instances, 1 to 100
 * @param network whether the function may use the network
 * @param cpuMillis the processor time of one instance, in thousandths of a core, 10 to 64000
 * @param spread into how many parts the calls and the instances are divided, 1 to {@code instances}
 * @param idle after how long without a call the instances are stopped until the next one, 5 s to 24
 *     h; null: they run always
 * @param keep how long instances of a version without a call run on after its name has moved to
 *     another version, 5 s to 24 h
 */
public record Limits(
    Duration timeout,
    int concurrency,
    int memoryMiB,
    int instances,
    boolean network,
    int cpuMillis,
    int spread,
    @Nullable Duration idle,
    Duration keep) {

  public static final Duration MIN_TIMEOUT = Duration.ofMillis(100);
  public static final Duration MAX_TIMEOUT = Duration.ofMinutes(15);
  public static final int MAX_CONCURRENCY = 1000;
  public static final int MIN_MEMORY_MIB = 32;
  public static final int MAX_MEMORY_MIB = 16_384;
  public static final int MAX_INSTANCES = 100;
  public static final int MIN_CPU_MILLIS = 10;
  public static final int MAX_CPU_MILLIS = 64_000;
  public static final Duration MIN_IDLE = Duration.ofSeconds(5);
  public static final Duration MAX_IDLE = Duration.ofHours(24);
  public static final Duration DEFAULT_KEEP = Duration.ofMinutes(10);

  /** The decimals of a number of cores: {@code cpuMillis} has them as a whole number. */
  public static final int CPU_DECIMALS = 3;

  private static final int ONE_CORE = 1000;

  public static final Limits DEFAULT = new Limits(Duration.ofSeconds(30), 8, 128, 1, false);

  /** The calls at a time in an image, unless the registration says otherwise, as in OpenWhisk. */
  public static final int CONCURRENCY_OF_IMAGES = 1;

  /** Creates limits with one core. */
  public Limits(Duration timeout, int concurrency, int memoryMiB, int instances, boolean network) {
    this(timeout, concurrency, memoryMiB, instances, network, ONE_CORE);
  }

  /** Creates limits of a function that is not divided. */
  public Limits(
      Duration timeout,
      int concurrency,
      int memoryMiB,
      int instances,
      boolean network,
      int cpuMillis) {
    this(timeout, concurrency, memoryMiB, instances, network, cpuMillis, 1);
  }

  /** Creates limits of a function whose instances run always. */
  public Limits(
      Duration timeout,
      int concurrency,
      int memoryMiB,
      int instances,
      boolean network,
      int cpuMillis,
      int spread) {
    this(timeout, concurrency, memoryMiB, instances, network, cpuMillis, spread, null);
  }

  /** Creates limits of a function whose old versions are kept for the usual time. */
  public Limits(
      Duration timeout,
      int concurrency,
      int memoryMiB,
      int instances,
      boolean network,
      int cpuMillis,
      int spread,
      @Nullable Duration idle) {
    this(
        timeout, concurrency, memoryMiB, instances, network, cpuMillis, spread, idle, DEFAULT_KEEP);
  }

  public Limits {
    if (timeout.compareTo(MIN_TIMEOUT) < 0 || timeout.compareTo(MAX_TIMEOUT) > 0) {
      throw new IllegalArgumentException("timeout must be 100ms to 15m, not " + timeout);
    }
    within("concurrency", concurrency, 1, MAX_CONCURRENCY);
    within("memory (MiB)", memoryMiB, MIN_MEMORY_MIB, MAX_MEMORY_MIB);
    within("instances", instances, 1, MAX_INSTANCES);
    within("cpus (thousandths)", cpuMillis, MIN_CPU_MILLIS, MAX_CPU_MILLIS);
    if (spread < 1 || spread > instances) {
      throw new IllegalArgumentException(
          "spread must be 1 to the number of instances, which is %d, not %d; give the function more instances or a smaller spread"
              .formatted(instances, spread));
    }
    if (idle != null) {
      withinADay("idle", idle);
    }
    withinADay("keep", keep);
  }

  private static void withinADay(String name, Duration value) {
    if (value.compareTo(MIN_IDLE) < 0 || value.compareTo(MAX_IDLE) > 0) {
      throw new IllegalArgumentException(name + " must be 5s to 24h, not " + value);
    }
  }

  /** Returns the processor time in cores, without zeros at its end. */
  public BigDecimal cpus() {
    BigDecimal cpus = BigDecimal.valueOf(cpuMillis, CPU_DECIMALS).stripTrailingZeros();
    return cpus.scale() < 0 ? cpus.setScale(0) : cpus;
  }

  private static void within(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " must be " + min + " to " + max + ", not " + value);
    }
  }
}
