package fob.invoker;

import fob.bus.wire.ReportWire;
import fob.function.FunctionId;
import fob.function.InstanceReport;
import fob.function.Report;
import fob.function.UseReport;
import fob.service.KeyedRateLimit;
import fob.service.Text;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports to the deployer: instances that do not serve calls, which it replaces, and functions that
 * are in use. A report that is not written is given up, since another one follows: at the next
 * failure of the instance, or while the function is in use. Thread-safe.
 */
final class InstanceReports {

  private static final Logger LOGGER = LoggerFactory.getLogger(InstanceReports.class);
  private static final int LONGEST_ID = 100;
  private static final int LONGEST_REASON = 500;
  private static final Duration REPORT_EVERY = Duration.ofSeconds(1);

  private final BusWriter bus;
  private final KeyedRateLimit rateLimit;

  InstanceReports(BusWriter bus, LongSupplier nanoTime) {
    this.bus = bus;
    this.rateLimit = new KeyedRateLimit(REPORT_EVERY, nanoTime);
  }

  /** Reports an instance, once a second at most. Does not block. */
  void report(FunctionId function, String instance, String reason) {
    if (rateLimit.tryAcquire(instance)) {
      LOGGER
          .atWarn()
          .addKeyValue("function", function)
          .addKeyValue("instance", Text.printable(instance, LONGEST_ID))
          .log(
              "the instance is reported, to be replaced: {}",
              Text.printable(reason, LONGEST_REASON));
      write(new InstanceReport(function, instance, reason, Instant.now()));
    }
  }

  /** Reports that a function has calls. Does not block. */
  void inUse(FunctionId function) {
    write(new UseReport(function, Instant.now()));
  }

  private void write(Report report) {
    Thread.ofVirtual().start(() -> bus.write(ReportWire.encode(report), (_, _) -> null, () -> {}));
  }
}
