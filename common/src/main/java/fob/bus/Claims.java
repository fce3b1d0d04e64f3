package fob.bus;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.common.TopicPartition;

/**
 * Which member of a group owns a partition before an assignment. A member that missed earlier
 * assignments may claim partitions that it has lost, so the claim of the newest generation counts.
 * Used by one thread.
 */
final class Claims {

  private static final int NO_GENERATION = -1;

  private final Map<TopicPartition, String> owners = new HashMap<>();
  private final Set<TopicPartition> disputed = new HashSet<>();
  private final Map<TopicPartition, Integer> generations = new HashMap<>();

  private Claims() {}

  /**
   * @param members by their ids
   */
  static Claims of(Map<String, Subscription> members) {
    Claims claims = new Claims();
    members.forEach((name, member) -> {
      int generation = member.generationId().orElse(NO_GENERATION);
      member.ownedPartitions().forEach(partition -> claims.add(name, generation, partition));
    });
    return claims;
  }

  private void add(String member, int generation, TopicPartition partition) {
    int before = generations.getOrDefault(partition, Integer.MIN_VALUE);
    if (generation > before) {
      generations.put(partition, generation);
      owners.put(partition, member);
      disputed.remove(partition);
    } else if (generation == before) {
      disputed.add(partition);
    }
  }

  /** The owner; empty if there is none, or two members claim the partition with equal right. */
  Optional<String> owner(TopicPartition partition) {
    return disputed.contains(partition)
        ? Optional.empty()
        : Optional.ofNullable(owners.get(partition));
  }

  /** Whether the member may own the partition at once: no other member has to revoke it first. */
  boolean mayGet(String member, TopicPartition partition) {
    String owner = owners.get(partition);
    return !disputed.contains(partition) && (owner == null || owner.equals(member));
  }
}
