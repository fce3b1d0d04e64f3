package fob.bus.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.bus.wire.Topic;
import fob.service.Loops;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class PartitionsFollowerTest {

  private static final Topic TOPIC = new Topic("letters", Topic.Split.MANY, Map.of());

  private final StoredTopic topic = new StoredTopic("letters");
  private final PartitionsFollower follower =
      new PartitionsFollower(new Loops(), TOPIC, topic, topic::end);

  @BeforeEach
  void start() {
    follower.start();
  }

  @AfterEach
  void close() {
    follower.close();
  }

  /** Keeps what it reads. */
  private static final class Kept implements PartitionsFollower.Reader {

    private final List<String> values = new CopyOnWriteArrayList<>();

    @Override
    public void read(ConsumerRecord<String, byte[]> record) {
      String value = new String(record.value(), UTF_8);
      if (value.equals("bad")) {
        throw new IllegalArgumentException("on purpose");
      }
      values.add(value);
    }

    @Override
    public void startsOver() {
      values.clear();
    }
  }

  private Kept follow(int partition) {
    Kept kept = new Kept();
    follower.follow(Map.of(partition, kept));
    return kept;
  }

  private boolean catchUp(int partition) throws Exception {
    return follower.catchUp(partition).get(10, TimeUnit.SECONDS);
  }

  @Test
  void whatWasWrittenBeforeSomebodyAsksIsRead() throws Exception {
    // Given
    for (int offset = 0; offset < 7; offset++) {
      topic.write(3, offset, "key", "v" + offset);
    }
    Kept kept = follow(3);

    // Then
    assertThat(catchUp(3)).isTrue();
    assertThat(kept.values).containsExactly("v0", "v1", "v2", "v3", "v4", "v5", "v6");

    // When
    topic.write(3, 7, "key", "later");

    // Then
    assertThat(catchUp(3)).isTrue();
    assertThat(kept.values).last().isEqualTo("later");
  }

  @Test
  void eachPartitionHasItsReaderAndItsEnd() throws Exception {
    // Given
    topic.write(1, 0, "key", "one");
    topic.write(2, 0, "key", "two");
    Kept one = follow(1);
    assertThat(catchUp(1)).isTrue();

    // When
    Kept two = follow(2);

    // Then
    assertThat(catchUp(2)).isTrue();
    assertThat(one.values).containsExactly("one");
    assertThat(two.values).containsExactly("two");
    assertThat(catchUp(5)).as("a partition that is not followed").isFalse();
  }

  @Test
  void partitionThatWentAndCameBackIsReadFromItsBeginning() throws Exception {
    // Given
    topic.write(3, 0, "key", "a");
    follow(3);
    assertThat(catchUp(3)).isTrue();

    // When
    follower.leave(3);
    topic.write(3, 1, "key", "b");
    Kept second = follow(3);

    // Then
    assertThat(catchUp(3)).isTrue();
    assertThat(second.values).containsExactly("a", "b");

    // When
    follower.leave(3);
    boolean isFollowed = catchUp(3);
    topic.write(3, 2, "key", "c");
    Kept third = follow(3);

    // Then
    assertThat(isFollowed).isFalse();
    assertThat(catchUp(3)).isTrue();
    assertThat(third.values).containsExactly("a", "b", "c");
  }

  @Test
  void whoWaitsForAPartitionThatGoesHearsThat() throws Exception {
    // Given
    follow(3);
    assertThat(catchUp(3)).isTrue();
    topic.failOnce(new TimeoutException("away, on purpose"));

    // When
    CompletableFuture<Boolean> waiting = follower.catchUp(3);
    follower.leave(3);

    // Then
    assertThat(waiting.get(10, TimeUnit.SECONDS)).isNotNull();
    assertThat(catchUp(3)).isFalse();
  }

  @Test
  void failureOfKafkaIsTriedAgain() throws Exception {
    // Given
    topic.write(3, 0, "key", "a");
    topic.failOnce(new TimeoutException("away, on purpose"));

    // When
    Kept kept = follow(3);

    // Then
    assertThat(catchUp(3)).isTrue();
    assertThat(kept.values).containsExactly("a");
  }

  @Test
  void topicThatWasMadeAnewIsReadFromItsBeginning() throws Exception {
    // Given
    topic.write(3, 0, "key", "old");
    topic.write(3, 1, "key", "old");
    Kept kept = follow(3);
    assertThat(catchUp(3)).isTrue();

    // When
    topic.makeAnew();
    topic.write(3, 0, "key", "new");

    // Then
    await().untilAsserted(() -> assertThat(kept.values).containsExactly("new"));
    assertThat(catchUp(3)).isTrue();
    assertThat(kept.values).containsExactly("new");
  }

  @Test
  void recordThatTheReaderRefusesIsSkipped() throws Exception {
    // Given
    topic.write(3, 0, "key", "a");
    topic.write(3, 1, "key", "bad");
    topic.write(3, 2, "key", "b");

    // When
    Kept kept = follow(3);

    // Then
    assertThat(catchUp(3)).isTrue();
    assertThat(kept.values).containsExactly("a", "b");
  }
}
