package fob.bus;

import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Knows the ids of topics. A topic that was deleted and made anew has the same name and another id.
 * An offset then means another record, or none. Thread-safe.
 */
final class TopicIds {

  private final Supplier<Admin> admin;
  private final Map<String, Uuid> seen = new ConcurrentHashMap<>();
  private final Set<Consumer<Set<String>>> listeners = ConcurrentHashMap.newKeySet();

  /**
   * @param admin asked for at each question
   */
  TopicIds(Supplier<Admin> admin) {
    this.admin = admin;
  }

  /**
   * @param madeAnew gets the names of topics that have other ids than before. Runs on any thread,
   *     and must not block
   */
  void listen(Consumer<Set<String>> madeAnew) {
    listeners.add(madeAnew);
  }

  void unlisten(Consumer<Set<String>> madeAnew) {
    listeners.remove(madeAnew);
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
    Map<String, KafkaFuture<TopicDescription>> answers =
        admin.get().describeTopics(topics).topicNameValues();
    Set<String> madeAnew = new HashSet<>();
    answers.forEach((topic, answer) -> {
      try {
        Uuid now = answer.get().topicId();
        Uuid before = seen.put(topic, now);
        if (before != null && !before.equals(now)) {
          madeAnew.add(topic);
        }
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
    if (!madeAnew.isEmpty()) {
      listeners.forEach(listener -> listener.accept(madeAnew));
    }
  }
}
