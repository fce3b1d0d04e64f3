package fob.standalone;

import com.yammer.metrics.core.Metric;
import com.yammer.metrics.core.MetricName;
import com.yammer.metrics.core.MetricsRegistry;
import com.yammer.metrics.core.MetricsRegistryListener;
import com.yammer.metrics.core.Stoppable;
import kafka.server.BrokerServer;
import kafka.server.ReplicaManager;
import org.apache.kafka.server.metrics.KafkaYammerMetrics;

/**
 * Ends timers of Kafka's broker that the embedded broker has no use for, and that wake a thread of
 * an idle fob many times a second. Thread-safe.
 */
final class BrokerTimers {

  /**
   * Every meter has a timer of its own, which computes averages over 1, 5 and 15 minutes for JMX.
   * The meters go on counting.
   */
  private static final MetricsRegistryListener METERS =
      new MetricsRegistryListener() {
        @Override
        public void onMetricAdded(MetricName name, Metric metric) {
          if (metric instanceof Stoppable timed) {
            timed.stop();
          }
        }

        @Override
        public void onMetricRemoved(MetricName name) {}
      };

  private BrokerTimers() {}

  /** Ends the timers of all meters that there are and will be in this JVM. Can be repeated. */
  static void endMeters() {
    MetricsRegistry meters = KafkaYammerMetrics.defaultRegistry();
    meters.removeListener(METERS);
    meters.addListener(METERS);
  }

  /**
   * Ends those of a broker that runs: of requests that wait for tiered storage, or for an
   * authorizer to change its rules. The embedded broker has neither.
   */
  static void endUnused(BrokerServer broker) throws Exception {
    ReplicaManager replicas = broker.replicaManager();
    replicas.delayedRemoteFetchPurgatory().shutdown();
    replicas.delayedRemoteListOffsetsPurgatory().shutdown();
    broker.dataPlaneRequestProcessor().aclApis().close();
  }
}
