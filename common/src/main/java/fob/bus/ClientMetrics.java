package fob.bus;

import fob.metrics.Metrics;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.kafka.clients.producer.Producer;

/**
 * Measures the Kafka clients that live as long as their service: producers and members of groups.
 * Of the hundreds of metrics that a client has, these are the few that tell whether it works.
 * Thread-safe.
 */
final class ClientMetrics implements AutoCloseable {

  private static final Set<String> CHOSEN =
      Set.of(
          "kafka.producer.record.send.total",
          "kafka.producer.record.error.total",
          "kafka.producer.record.retry.total",
          "kafka.producer.request.latency.avg",
          "kafka.producer.buffer.available.bytes",
          "kafka.consumer.fetch.manager.records.consumed.total",
          "kafka.consumer.fetch.manager.records.lag.max",
          "kafka.consumer.coordinator.rebalance.total",
          "kafka.consumer.coordinator.failed.rebalance.total");

  private final Metrics metrics;
  private final Queue<KafkaClientMetrics> bound = new ConcurrentLinkedQueue<>();

  /** Looks once a minute whether clients have further metrics. */
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("fob-client-metrics").factory());

  ClientMetrics(Metrics metrics) {
    this.metrics = metrics;
  }

  /** Leaves the other metrics of the clients out. */
  static MeterFilter filter() {
    return MeterFilter.deny(ClientMetrics::isLeftOut);
  }

  private static boolean isLeftOut(Meter.Id id) {
    return id.getName().startsWith("kafka.") && !CHOSEN.contains(id.getName());
  }

  Producer<String, byte[]> of(Producer<String, byte[]> producer) {
    if (metrics.isOn()) {
      bind(new KafkaClientMetrics(producer, List.<Tag>of(), timer));
    }
    return producer;
  }

  LogReader of(LogReader member) {
    if (metrics.isOn()) {
      bind(new KafkaClientMetrics(member, List.<Tag>of(), timer));
    }
    return member;
  }

  private void bind(KafkaClientMetrics client) {
    client.bindTo(metrics.registry());
    bound.add(client);
  }

  @Override
  public void close() {
    bound.forEach(KafkaClientMetrics::close);
    timer.shutdownNow();
  }
}
