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
 * The ids of topics. A topic that is deleted and made anew has the same name and another id, and an
 * offset of its old log means another record in the new one, or none. Thread-safe.
 */
final class TopicIds implements AutoCloseable {

  private final Supplier<Admin> admins;
  private final Map<String, Uuid> seen = new ConcurrentHashMap<>();
  private @Nullable Admin admin; // guarded by this

  TopicIds(Supplier<Admin> admins) {
    this.admins = admins;
  }

  /**
   * As it was seen last; asks the cluster only if it never was.
   *
   * @throws KafkaException if it cannot be asked, or has no such topic
   */
  Uuid latest(String topic) {
    Uuid last = seen.get(topic);
    return last == null ? now(topic) : last;
  }

  /**
   * Asks the cluster.
   *
   * @throws KafkaException if it cannot be asked, or has no such topic
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
   * Asks again for all topics that somebody has asked for.
   *
   * @throws KafkaException if the cluster cannot be asked
   */
  void lookAgain() {
    if (!seen.isEmpty()) {
      look(Set.copyOf(seen.keySet()));
    }
  }

  /** One at a time, so that no earlier answer comes after a later one. */
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
        // One that is missing is read on when it is there again.
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
