package fob.bus;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Knows the ids of topics. A topic that was deleted and made anew has the same name and another id.
 * An offset then means another record, or none. Thread-safe.
 */
final class TopicIds implements AutoCloseable {

  private final Supplier<Admin> admins;
  private final Map<String, Uuid> seen = new ConcurrentHashMap<>();
  private @Nullable Admin admin; // guarded by this

  TopicIds(Supplier<Admin> admins) {
    this.admins = admins;
  }

  /**
   * Returns the last known id. Asks the cluster only if none is known.
   *
   * @throws KafkaException if it cannot be asked, or has no such topic
   */
  Uuid latest(String topic) {
    Uuid last = seen.get(topic);
    return last == null ? now(topic) : last;
  }

  /**
   * Asks the cluster for the id. @throws KafkaException if it cannot be asked, or has no such topic
   */
  Uuid now(String topic) {
    look(Set.of(topic));
    Uuid now = seen.get(topic);
    if (now == null) {
      throw new UnknownTopicOrPartitionException("there is no topic " + topic);
    }
    return now;
  }

  /**
   * Asks the cluster again for all topics whose ids are known.
   *
   * @throws KafkaException if the cluster cannot be asked
   */
  void lookAgain() {
    if (!seen.isEmpty()) {
      look(Set.copyOf(seen.keySet()));
    }
  }

  /** Synchronized, so that an earlier answer cannot replace a later one. */
  private synchronized void look(Collection<String> topics) {
    if (admin == null) {
      admin = admins.get();
    }
    Map<String, KafkaFuture<TopicDescription>> answers =
        admin.describeTopics(topics).topicNameValues();
    answers.forEach((topic, answer) -> {
      try {
        seen.put(topic, answer.get().topicId());
      } catch (ExecutionException e) {
        // A missing topic is read on when it is there again.
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e.getCause() instanceof KafkaException known
              ? known
              : new KafkaException(e.getCause());
        }
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
    });
  }

  @Override
  public synchronized void close() {
    if (admin != null) {
      admin.close();
    }
  }
}
