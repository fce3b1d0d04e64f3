package fob.invoker;

import fob.bus.wire.ReportWire;
import fob.function.FunctionId;
import fob.function.InstanceReport;
import fob.service.KeyedRateLimit;
import fob.service.Text;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the deployer of instances that do not serve calls as they should; it replaces them. A
 * report is sent once and may be lost: the next failure of the instance causes another one.
 * Thread-safe.
 */
final class InstanceReports {

  private static final Logger LOGGER = LoggerFactory.getLogger(InstanceReports.class);
  private static final int MOST_OF_AN_ID = 100;
  private static final int MOST_OF_A_REASON = 500;
  private static final Duration GAP = Duration.ofSeconds(1);

  private final BusWriter bus;
  private final KeyedRateLimit rateLimit;

  InstanceReports(BusWriter bus, LongSupplier nanoTime) {
    this.bus = bus;
    this.rateLimit = new KeyedRateLimit(GAP, nanoTime);
  }

  /** Does not block: the bus may be away. Of one instance, one report a second is sent. */
  void report(FunctionId function, String instance, String reason) {
    if (rateLimit.tryAcquire(instance)) {
      LOGGER
          .atWarn()
          .addKeyValue("function", function)
          .addKeyValue("instance", Text.printable(instance, MOST_OF_AN_ID))
          .log("an instance is to be replaced: {}", Text.printable(reason, MOST_OF_A_REASON));
      var report = new InstanceReport(function, instance, reason, Instant.now());
      Thread.ofVirtual()
          .start(() -> bus.write(ReportWire.encode(report), (_, _) -> null, () -> {}));
    }
  }
}
