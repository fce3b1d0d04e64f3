package fob.deployer;

import fob.bus.table.TopicFollower;
import fob.bus.wire.ReportWire;
import fob.function.FunctionId;
import fob.function.InstanceReport;
import fob.function.UseReport;
import java.time.Instant;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Takes what invokers report on {@code fob.reports} to the platform and to the reconciler.
 *
 * @param whileActive runs a decision if this deployer is active
 */
record InvokerReports(Executor whileActive, Platform platform, Reconciler reconciler)
    implements TopicFollower.Reader {

  @Override
  public void read(ConsumerRecord<String, byte[]> record) {
    switch (ReportWire.decode(record)) {
      case InstanceReport(FunctionId id, String instance, String reason, Instant _) ->
          whileActive.execute(() -> platform.replace(id, instance, reason));
      case UseReport(FunctionId id, Instant _) -> whileActive.execute(() -> reconciler.used(id));
    }
  }
}
