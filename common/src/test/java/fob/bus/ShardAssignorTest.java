package fob.bus;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Assigns partitions to members that behave as Kafka's consumers do. */
class ShardAssignorTest {

  private static final String CALL = "fob.call";
  private static final String ASYNC = "fob.async";
  private static final List<String> BOTH = List.of(CALL, ASYNC);

  /** The partitions that move are given to nobody in the first round, and moved in the second. */
  private static final int MOST_ROUNDS = 3;

  private final ShardAssignor assignor = new ShardAssignor();
  private final Map<String, Integer> topics = new HashMap<>(Map.of(CALL, 16, ASYNC, 16));
  private final Map<String, Member> members = new TreeMap<>();
  private int generation;

  private static final class Member {
    private final List<String> topics;
    private final boolean isStatic;
    private Set<TopicPartition> owned = new HashSet<>();
    private int generation = -1;

    Member(List<String> topics, boolean isStatic) {
      this.topics = topics;
      this.isStatic = isStatic;
    }
  }

  private Member join(String name, List<String> topics) {
    Member member = new Member(topics, false);
    members.put(name, member);
    return member;
  }

  private Member member(String name) {
    return Objects.requireNonNull(members.get(name), name);
  }

  private Cluster cluster() {
    List<PartitionInfo> partitions = new ArrayList<>();
    topics.forEach((topic, count) -> {
      for (int i = 0; i < count; i++) {
        partitions.add(new PartitionInfo(topic, i, Node.noNode(), new Node[0], new Node[0]));
      }
    });
    return new Cluster("test", List.of(), partitions, Set.of(), Set.of());
  }

  private Map<String, Assignment> assign() {
    Map<String, Subscription> subscriptions = new HashMap<>();
    members.forEach((name, member) -> {
      Subscription subscription =
          new Subscription(
              member.topics,
              ByteBuffer.allocate(0),
              List.copyOf(member.owned),
              member.generation,
              Optional.empty());
      subscription.setGroupInstanceId(member.isStatic ? Optional.of(name) : Optional.empty());
      subscriptions.put(name, subscription);
    });
    return assignor.assign(cluster(), new GroupSubscription(subscriptions)).groupAssignment();
  }

  /** Makes one generation. Returns whether a member has revoked something, so that it rejoins. */
  private boolean generation() {
    generation++;
    Map<TopicPartition, String> owners = owners();
    Map<String, Assignment> assignments = assign();
    assertThat(assignments.keySet()).isEqualTo(members.keySet());
    Set<TopicPartition> seen = new HashSet<>();
    boolean hasRevoked = false;
    for (Map.Entry<String, Assignment> one : assignments.entrySet()) {
      String name = one.getKey();
      Set<TopicPartition> assigned = new HashSet<>(one.getValue().partitions());
      assertThat(assigned).hasSameSizeAs(one.getValue().partitions());
      for (TopicPartition partition : assigned) {
        assertThat(seen.add(partition)).as("%s is assigned once", partition).isTrue();
        assertThat(owners.getOrDefault(partition, name))
            .as("%s was revoked before %s got it", partition, name)
            .isEqualTo(name);
        assertThat(member(name).topics).contains(partition.topic());
      }
      hasRevoked |= !assigned.containsAll(member(name).owned);
      member(name).owned = assigned;
      member(name).generation = generation;
    }
    return hasRevoked;
  }

  private Map<TopicPartition, String> owners() {
    Map<TopicPartition, String> owners = new HashMap<>();
    members.forEach((name, member) -> member.owned.forEach(one -> owners.put(one, name)));
    return owners;
  }

  private void settle() {
    int rounds = 1;
    while (generation()) {
      assertThat(rounds++).as("generations until nothing moves").isLessThan(MOST_ROUNDS);
    }
  }

  private Set<TopicPartition> all() {
    return topics.entrySet().stream()
        .flatMap(topic ->
            IntStream.range(0, topic.getValue())
                .mapToObj(partition -> new TopicPartition(topic.getKey(), partition)))
        .collect(Collectors.toSet());
  }

  private void assertAllAssignedTogetherAndEvenly(Collection<Member> readers) {
    assertThat(owners().keySet()).isEqualTo(all());
    List<Integer> sizes = new ArrayList<>();
    Set<Integer> numbers = new HashSet<>();
    for (Member member : readers) {
      Set<Integer> shards = new TreeSet<>();
      member.owned.forEach(partition -> shards.add(partition.partition()));
      shards.forEach(
          shard -> assertThat(numbers.add(shard)).as("shard %s has one owner", shard).isTrue());
      sizes.add(shards.size());
    }
    int most = sizes.stream().mapToInt(Integer::intValue).max().orElse(0);
    assertThat(sizes).allSatisfy(size -> assertThat(size).isBetween(most - 1, most));
  }

  /** Members come, leave, die and lose what they had, in a group whose topics grow and vanish. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void whateverHappensEachPartitionHasOneOwnerAndEqualNumbersTheSame(long seed) {
    Random random = new Random(seed);
    topics.put(CALL, 1 + random.nextInt(40));
    topics.put(ASYNC, 1 + random.nextInt(40));
    join("first", BOTH);
    for (int step = 0; step < 60; step++) {
      String name = "member-" + random.nextInt(8);
      switch (random.nextInt(7)) {
        case 0, 1 -> members.putIfAbsent(name, new Member(BOTH, random.nextBoolean()));
        case 2 -> members.remove(name);
        case 3 -> members.computeIfPresent(name, (_, _) -> new Member(BOTH, true)); // restarted
        case 4 -> topics.merge(random.nextBoolean() ? CALL : ASYNC, 1, Integer::sum);
        case 5 -> changeTopic(random);
        default -> generation(); // the next change comes before the group has settled
      }
      if (random.nextInt(3) == 0) {
        settle();
        assertAllAssignedTogetherAndEvenly(members.values());
      }
    }
    settle();
    assertAllAssignedTogetherAndEvenly(members.values());
  }

  /** A topic vanishes, and is made anew later. */
  private void changeTopic(Random random) {
    if (topics.remove(ASYNC) == null) {
      topics.put(ASYNC, 1 + random.nextInt(40));
    }
  }

  @Test
  void memberThatJoinsGetsItsShareAndNothingElseMoves() {
    // Given
    join("a", BOTH);
    join("b", BOTH);
    join("c", BOTH);
    settle();
    Map<TopicPartition, String> before = owners();

    // When
    join("d", BOTH);
    settle();

    // Then
    Map<TopicPartition, String> after = owners();
    assertThat(member("d").owned).hasSize(8);
    before.forEach((partition, owner) ->
        assertThat(after.get(partition)).as("%s", partition).isIn(owner, "d"));
    assertAllAssignedTogetherAndEvenly(members.values());
  }

  @Test
  void memberThatLeavesIsReplacedAndTheOthersKeepWhatTheyHave() {
    // Given
    join("a", BOTH);
    join("b", BOTH);
    join("c", BOTH);
    settle();
    Map<TopicPartition, String> before = owners();

    // When
    members.remove("b");

    // Then
    assertThat(generation()).isFalse();
    before.forEach((partition, owner) -> {
      if (!owner.equals("b")) {
        assertThat(owners().get(partition)).isEqualTo(owner);
      }
    });
    assertAllAssignedTogetherAndEvenly(members.values());
  }

  @Test
  void partitionsThatLieApartComeTogetherAndAreRevokedFirst() {
    // Given
    topics.putAll(Map.of(CALL, 1, ASYNC, 1));
    join("a", BOTH).owned = Set.of(new TopicPartition(CALL, 0));
    join("b", BOTH).owned = Set.of(new TopicPartition(ASYNC, 0));

    // When
    boolean hasRevoked = generation();

    // Then
    assertThat(hasRevoked).isTrue();
    assertThat(owners()).hasSize(1);

    // When
    settle();

    // Then
    assertAllAssignedTogetherAndEvenly(members.values());
  }

  @Test
  void memberThatReadsFewerTopicsGetsNothingBesideOneThatReadsAll() {
    // Given
    join("one topic", List.of(CALL));
    settle();
    assertThat(member("one topic").owned).hasSize(16);

    // When
    Member complete = join("both topics", BOTH);
    settle();

    // Then
    assertThat(member("one topic").owned).isEmpty();
    assertAllAssignedTogetherAndEvenly(List.of(complete));
  }

  @Test
  void ifNobodyReadsAllTopicsEachIsReadByThoseThatReadIt() {
    // Given
    join("a", List.of(CALL));
    join("b", List.of(ASYNC));
    join("c", List.of(ASYNC));

    // When
    settle();

    // Then
    assertThat(owners().keySet()).isEqualTo(all());
    assertThat(member("a").owned).hasSize(16);
    assertThat(member("b").owned).hasSize(8);
  }

  @Test
  void claimOfAMemberThatHasMissedGenerationsCountsLess() {
    // Given
    topics.putAll(Map.of(CALL, 1, ASYNC, 1));
    Set<TopicPartition> both = all();
    Member current = join("z", BOTH);
    current.owned = both;
    current.generation = 7;
    Member stale = join("a", BOTH);
    stale.owned = both;
    stale.generation = 5;

    // When
    Map<String, Assignment> assignments = assign();

    // Then
    assertThat(Objects.requireNonNull(assignments.get("z")).partitions())
        .containsExactlyInAnyOrderElementsOf(both);
    assertThat(Objects.requireNonNull(assignments.get("a")).partitions()).isEmpty();
  }

  @Test
  void partitionThatTwoMembersClaimWithEqualRightGoesToNobodyUntilBothHaveRevokedIt() {
    // Given
    topics.putAll(Map.of(CALL, 1, ASYNC, 1));
    for (String name : List.of("a", "b")) {
      Member member = join(name, BOTH);
      member.owned = all();
      member.generation = 7;
    }

    // When
    Map<String, Assignment> assignments = assign();

    // Then
    assertThat(assignments.values()).allSatisfy(one -> assertThat(one.partitions()).isEmpty());
    members.values().forEach(member -> member.owned = Set.of());
    settle();
    assertAllAssignedTogetherAndEvenly(members.values());
  }
}
