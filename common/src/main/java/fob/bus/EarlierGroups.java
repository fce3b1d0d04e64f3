package fob.bus;

import fob.service.RepeatedMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the groups have left that read the topics of a group in earlier versions of fob. A member
 * that gets a partition without a commit goes on from the commit of the earlier group. Only its
 * owner does that, so it happens once, however many members start at the same time. Thread-safe.
 */
public final class EarlierGroups {

  private static final Logger LOGGER = LoggerFactory.getLogger(EarlierGroups.class);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

  private final Supplier<Admin> admins;
  private final Group group;

  EarlierGroups(Supplier<Admin> admins, Group group) {
    this.admins = admins;
    this.group = group;
  }

  /**
   * Waits, without a limit, until no member of an earlier group reads the topics: it would run the
   * same records. Returns at once if the group has taken over before. Logs at once what it waits
   * for, and then once a minute.
   *
   * @param waiting gets what this waits for, in one sentence
   * @throws KafkaException if the cluster does not answer, or does not allow the question
   */
  public void awaitEnd(Consumer<String> waiting) throws InterruptedException {
    RepeatedMessage logged = new RepeatedMessage();
    try (Admin admin = admins.get()) {
      Optional<String> reading = reading(admin);
      while (reading.isPresent()) {
        waiting.accept(reading.get());
        if (logged.shouldLog(reading.get())) {
          LOGGER.atWarn().log("{}", reading.get());
        }
        Thread.sleep(LOOK_AGAIN);
        reading = reading(admin);
      }
    }
  }

  /** Says who still reads the topics; empty if nobody does, or if the group has taken over. */
  private Optional<String> reading(Admin admin) {
    if (group.earlier().isEmpty() || !commits(admin, group.name()).isEmpty()) {
      return Optional.empty();
    }
    List<String> alive = new ArrayList<>();
    admin
        .describeConsumerGroups(new TreeSet<>(group.earlier().values()))
        .describedGroups()
        .forEach((name, description) -> {
          int members = members(name, description);
          if (members > 0) {
            alive.add("%s (members: %d)".formatted(name, members));
          }
        });
    return alive.isEmpty()
        ? Optional.empty()
        : Optional.of(
            ("waiting until each %s of the version before has ended, since both would run the same"
                    + " calls: stop those in the group %s")
                .formatted(group.members(), String.join(" and in the group ", alive)));
  }

  private static int members(String name, KafkaFuture<ConsumerGroupDescription> description) {
    return get(name, description).map(of -> of.members().size()).orElse(0);
  }

  private static Map<TopicPartition, OffsetAndMetadata> commits(Admin admin, String name) {
    Map<TopicPartition, OffsetAndMetadata> commits =
        new HashMap<>(
            get(name, admin.listConsumerGroupOffsets(name).partitionsToOffsetAndMetadata())
                .orElseGet(Map::of));
    commits.values().removeIf(Objects::isNull);
    return commits;
  }

  /** Waits for an answer; empty if there is no such group. */
  private static <T> Optional<T> get(String name, KafkaFuture<T> answer) {
    try {
      return Optional.of(answer.get());
    } catch (ExecutionException e) {
      return switch (e.getCause()) {
        case GroupIdNotFoundException _ -> Optional.empty();
        case GroupAuthorizationException refused ->
            throw new KafkaException(
                "fob's account may not see the consumer group %s, which the version before used: allow it the operation Describe on this group"
                    .formatted(name),
                refused);
        case KafkaException known -> throw known;
        case null, default -> throw new KafkaException(e.getCause());
      };
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /**
   * The commits of the earlier groups, for those of these partitions that have one. Blocks for some
   * seconds at most.
   *
   * @throws KafkaException if the cluster does not answer, or does not allow the question
   */
  Map<TopicPartition, OffsetAndMetadata> commits(Collection<TopicPartition> partitions) {
    if (group.earlier().isEmpty() || partitions.isEmpty()) {
      return Map.of();
    }
    Map<TopicPartition, OffsetAndMetadata> found = new HashMap<>();
    try (Admin admin = admins.get()) {
      group
          .earlier()
          .forEach((topic, name) ->
              commits(admin, name)
                  .forEach((partition, commit) -> {
                    if (partition.topic().equals(topic) && partitions.contains(partition)) {
                      found.put(partition, commit);
                    }
                  }));
    }
    if (!found.isEmpty()) {
      LOGGER
          .atInfo()
          .addKeyValue("partitions", found.keySet())
          .log("goes on where the version before has ended");
    }
    return found;
  }
}
