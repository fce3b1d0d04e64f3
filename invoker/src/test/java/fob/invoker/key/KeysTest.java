package fob.invoker.key;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fob.bus.wire.KeyClaimWire;
import fob.call.Call;
import fob.call.CallHeaders;
import fob.call.CallKey;
import fob.call.KeyAnswer;
import fob.call.KeyClaim;
import fob.call.RequestId;
import fob.service.Loops;
import fob.service.Sha256;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The keys of one partition, at several invokers one after the other. */
@Timeout(10)
class KeysTest {

  private static final int PARTITION = 3;
  private static final List<TopicPartition> SHARD =
      List.of(
          new TopicPartition("fob.call", PARTITION), new TopicPartition("fob.async", PARTITION));
  private static final byte[] PAYLOAD = "{}".getBytes(UTF_8);
  private static final String HASH = Sha256.of("k".getBytes(UTF_8));

  private final KeyLog log = new KeyLog();
  private final List<Keys> invokers = new ArrayList<>();

  private Keys invoker() {
    Keys keys = new Keys(new Loops(), log.reader(), 10, log::append, InstantSource.system());
    invokers.add(keys);
    return keys;
  }

  private Keys owner() {
    Keys keys = invoker();
    keys.gained(SHARD);
    return keys;
  }

  @AfterEach
  void close() {
    invokers.forEach(Keys::close);
  }

  private static UUID id(int call) {
    return new UUID(0, call);
  }

  private static Optional<KeyAnswer> decide(Keys keys, int call) throws InterruptedException {
    return decide(keys, call, HASH);
  }

  private static Optional<KeyAnswer> decide(Keys keys, int call, String hash)
      throws InterruptedException {
    return keys.decide(
        PARTITION,
        new Call(
            new RequestId(id(call).toString()), "add", Instant.now(), CallHeaders.NONE, PAYLOAD),
        new CallKey(hash, new RequestId("answer")));
  }

  private static ProducerRecord<String, byte[]> claim(int call) {
    return KeyClaimWire.encode(PARTITION, HASH, id(call), KeyClaim.checksum(PAYLOAD));
  }

  private static KeyAnswer repeatOf(int call) {
    return new KeyAnswer.Repeat(new RequestId(id(call).toString()), true);
  }

  @Test
  void theNextOwnerKnowsTheKeysOfTheOneBefore() throws Exception {
    // Given
    Keys before = owner();
    assertThat(decide(before, 1)).contains(new KeyAnswer.First());

    // When
    before.gone(SHARD);
    Keys next = owner();

    // Then
    assertThat(decide(before, 2)).isEmpty();
    assertThat(decide(next, 2)).contains(repeatOf(1));
    assertThat(decide(next, 1)).contains(new KeyAnswer.First());
  }

  @Test
  void aCallThatHasEndedDoesNotRunAgainAtTheNextOwner() throws Exception {
    // Given
    assertThat(decide(owner(), 1)).contains(new KeyAnswer.First());
    log.append(KeyClaimWire.encodeEnded(PARTITION, HASH, id(1)));

    // Then
    assertThat(decide(owner(), 1)).contains(repeatOf(1));
  }

  @Test
  void theFirstClaimCountsAlsoIfThePartitionComesBackWhileALaterOneIsRead() throws Exception {
    // Given
    Keys owner = owner();
    assertThat(decide(owner, 1)).contains(new KeyAnswer.First());
    CountDownLatch isBack = new CountDownLatch(1);

    // When
    log.append(
        claim(2),
        () -> {
          owner.gone(SHARD);
          owner.gained(SHARD);
          isBack.countDown();
        });
    isBack.await();

    // Then
    assertThat(decide(owner, 2)).contains(repeatOf(1));
    assertThat(decide(owner, 1)).contains(new KeyAnswer.First());
  }

  @Test
  void aPartitionOfWhichOneTopicIsLeftKeepsItsKeys() throws Exception {
    // Given
    Keys owner = owner();
    assertThat(decide(owner, 1)).contains(new KeyAnswer.First());

    // When
    owner.gone(SHARD.subList(0, 1));

    // Then
    assertThat(decide(owner, 2)).contains(repeatOf(1));
  }

  @Test
  void whenAPartitionGoesTheOthersAreNotReadAgain() throws Exception {
    // Given
    Keys owner = owner();
    List<TopicPartition> other =
        List.of(new TopicPartition("fob.call", 5), new TopicPartition("fob.async", 5));
    owner.gained(other);
    assertThat(decide(owner, 1)).contains(new KeyAnswer.First());

    // When
    owner.gone(other);

    // Then: the second claim is read in a turn that knows of the change
    for (int call = 2; call <= 3; call++) {
      String hash = Sha256.of(Integer.toString(call).getBytes(UTF_8));
      assertThat(decide(owner, call, hash)).contains(new KeyAnswer.First());
    }
    assertThat(log.read()).isEqualTo(3);
  }
}
