package fob.bus.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import fob.bus.TestConsumer;
import fob.function.Code;
import fob.function.FunctionId;
import fob.service.Loops;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CodeStoreTest {

  private static final TopicPartition CODE = new TopicPartition("fob.code", 0);

  private final TestConsumer follower = new TestConsumer();
  private final TestConsumer single = new TestConsumer();
  private final CodeStore codes = new CodeStore(new Loops(), follower, single);
  private final FunctionId first = id();
  private final FunctionId second = id();

  private static FunctionId id() {
    return FunctionId.parse(UUID.randomUUID().toString()).orElseThrow();
  }

  /** The topic has two records; none of them has come yet. */
  @BeforeEach
  void begin() {
    for (TestConsumer consumer : new TestConsumer[] {follower, single}) {
      consumer.begin(CODE);
      consumer.updateEndOffsets(Map.of(CODE, 2L));
    }
    codes.begin();
  }

  @AfterEach
  void close() {
    codes.close();
  }

  private static void give(TestConsumer consumer, long offset, FunctionId id) {
    ConsumerRecord<String, byte[]> record =
        TestConsumer.record(CODE, offset, id.toString(), ("code of " + id).getBytes(UTF_8));
    consumer.schedulePollTask(() -> consumer.addRecord(record));
  }

  private Code get(FunctionId id) throws InterruptedException {
    return codes.get(id, Instant.now().plusSeconds(20)).orElseThrow();
  }

  @Test
  void codeIsServedBeforeTheTopicHasBeenRead() throws InterruptedException {
    // Given
    give(follower, 0, first);
    await().until(() -> codes.has(first));
    give(single, 0, first);

    // When, then
    assertThat(get(first).bytes()).isEqualTo(("code of " + first).getBytes(UTF_8));
  }

  @Test
  void codeThatIsNotKnownYetIsWaitedFor() throws InterruptedException {
    // Given
    give(follower, 0, first);
    assertThatIllegalStateException()
        .isThrownBy(() -> codes.get(second, Instant.now().plusMillis(50)));

    // When
    give(follower, 1, second);
    give(single, 1, second);

    // Then
    assertThat(get(second).bytes()).isEqualTo(("code of " + second).getBytes(UTF_8));
  }
}
