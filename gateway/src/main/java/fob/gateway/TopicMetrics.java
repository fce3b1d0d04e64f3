package fob.gateway;

import fob.bus.Group;
import fob.bus.loop.BusStatus;
import fob.bus.wire.Topic;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much work waits in topics. Every gateway tells the same, since it is true of the whole of
 * fob, also when no invoker is alive. Kafka is asked at a scrape, every 5 s at most. Thread-safe.
 */
final class TopicMetrics {

  private static final Logger LOGGER = LoggerFactory.getLogger(TopicMetrics.class);
  private static final Duration KEPT = Duration.ofSeconds(5);

  private final BusStatus bus;
  private volatile Map<String, BusStatus.TopicStatus> topics = Map.of();
  private volatile long askedNanos = System.nanoTime() - KEPT.toNanos();

  TopicMetrics(BusStatus bus, MeterRegistry registry) {
    this.bus = bus;
    Stream.of(Group.SHARDS, Group.RETRY, Group.REGISTRATIONS)
        .flatMap(group -> group.topics().stream())
        .map(Topic::name)
        .forEach(topic -> {
          gauge(
              registry,
              "fob.topic.lag.records",
              "Records that are not done; those that run now are among them.",
              topic,
              BusStatus.TopicStatus::lag);
          gauge(
              registry,
              "fob.topic.oldest.record.age.seconds",
              "The age of the oldest record that is not done.",
              topic,
              status -> status.oldest().toMillis() / 1e3);
        });
  }

  private void gauge(
      MeterRegistry registry,
      String name,
      String about,
      String topic,
      ToDoubleFunction<BusStatus.TopicStatus> value) {
    Gauge.builder(
            name,
            this,
            of -> {
              BusStatus.TopicStatus status = of.topics.get(topic);
              return status == null ? Double.NaN : value.applyAsDouble(status);
            })
        .description(about)
        .tag("topic", topic)
        .register(registry);
  }

  /** Asks Kafka, unless the last answer is new. Without an answer the values are not numbers. */
  void refresh() throws InterruptedException {
    if (System.nanoTime() - askedNanos < KEPT.toNanos()) {
      return;
    }
    askedNanos = System.nanoTime();
    try {
      topics =
          bus.ask().topics().stream()
              .collect(Collectors.toMap(BusStatus.TopicStatus::name, status -> status));
    } catch (KafkaException e) {
      LOGGER.atDebug().setCause(e).log("Kafka does not tell how much work waits");
      topics = Map.of();
    }
  }
}
