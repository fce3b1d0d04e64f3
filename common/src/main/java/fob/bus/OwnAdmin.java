package fob.bus;

import fob.bus.wire.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/** Asks the cluster the questions of a {@link Bus} and its parts, with one client. Thread-safe. */
final class OwnAdmin implements AutoCloseable {

  private static final Duration CLOSE = Duration.ofSeconds(1);

  private final Supplier<Admin> factory;
  private @Nullable Admin admin; // guarded by this

  /**
   * @param factory used at the first question
   */
  OwnAdmin(Supplier<Admin> factory) {
    this.factory = factory;
  }

  synchronized Admin get() {
    if (admin == null) {
      admin = factory.get();
    }
    return admin;
  }

  String clusterId() throws InterruptedException {
    try {
      return get().describeCluster().clusterId().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "the Kafka cluster does not tell its id: " + e.getMessage(), e);
    }
  }

  Map<String, Integer> partitions(List<Topic> topics) throws InterruptedException {
    try {
      Map<String, Integer> counts = new HashMap<>();
      get()
          .describeTopics(topics.stream().map(Topic::name).toList())
          .allTopicNames()
          .get()
          .forEach((name, topic) -> counts.put(name, topic.partitions().size()));
      return counts;
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "the Kafka cluster does not tell the partitions of fob's topics: " + e.getMessage(), e);
    }
  }

  @Override
  public synchronized void close() {
    if (admin != null) {
      admin.close(CLOSE);
    }
  }
}
