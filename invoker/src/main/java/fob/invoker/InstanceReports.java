package fob.invoker;

import fob.bus.ReportWire;
import fob.function.FunctionId;
import fob.function.InstanceReport;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.LongSupplier;

/**
 * Tells the deployer of instances that do not serve calls as they should; it replaces them. A
 * report is sent once and may be lost: the next failure of the instance causes another one.
 * Thread-safe.
 */
final class InstanceReports {

  private static final long GAP_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int MOST_REMEMBERED = 1_000;

  private final BusWriter bus;
  private final LongSupplier nanoTime;

  /** When each instance was last reported, oldest first; guarded by this. */
  private final SequencedMap<String, Long> reported = new LinkedHashMap<>();

  InstanceReports(BusWriter bus, LongSupplier nanoTime) {
    this.bus = bus;
    this.nanoTime = nanoTime;
  }

  /** Does not block: the bus may be away. Of one instance, one report a second is sent. */
  void report(FunctionId function, String instance, String reason) {
    if (isDue(instance)) {
      var report = new InstanceReport(function, instance, reason, Instant.now());
      Thread.ofVirtual()
          .start(() -> bus.write(ReportWire.encode(report), (_, _) -> null, () -> {}));
    }
  }

  private synchronized boolean isDue(String instance) {
    long now = nanoTime.getAsLong();
    Long last = reported.get(instance);
    if (last != null && now - last < GAP_NANOS) {
      return false;
    }
    reported.remove(instance);
    reported.put(instance, now);
    if (reported.size() > MOST_REMEMBERED) {
      reported.pollFirstEntry();
    }
    return true;
  }
}
