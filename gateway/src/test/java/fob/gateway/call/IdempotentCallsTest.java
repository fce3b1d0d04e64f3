package fob.gateway.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import fob.bus.LogReader;
import fob.call.Call;
import fob.call.CallHeaders;
import fob.call.RequestId;
import fob.call.RequestIds;
import fob.gateway.http.Problem;
import fob.gateway.publish.AsyncPublisher;
import fob.gateway.publish.ConfirmedPublisher;
import fob.gateway.reply.PendingCalls;
import fob.gateway.reply.Replies;
import fob.gateway.reply.StoredLog;
import fob.gateway.result.IdempotencyClaims;
import fob.gateway.result.ResultReader;
import fob.service.Loops;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class IdempotentCallsTest {

  private static final TopicPartition KEYS = new TopicPartition("fob.keys", 0);
  private static final Duration LONGER_THAN_A_GATEWAY_TAKES = Duration.ofSeconds(16);

  private static final class Consumer extends MockConsumer<String, byte[]> implements LogReader {
    private Consumer() {
      super("earliest");
      for (String topic : List.of("fob.keys", "fob.response", "fob.progress")) {
        TopicPartition partition = new TopicPartition(topic, 0);
        updatePartitions(topic, List.of(new PartitionInfo(topic, 0, null, null, null)));
        updateBeginningOffsets(Map.of(partition, 0L));
        updateEndOffsets(Map.of(partition, 0L));
      }
    }

    @Override
    public Uuid log(String topic) {
      return Uuid.ONE_UUID;
    }
  }

  /** Gives what is written to {@code fob.keys} to the gateway's reader, as Kafka does. */
  private final class Producer extends MockProducer<String, byte[]> {
    private Producer() {
      super(true, new RoundRobinPartitioner(), new StringSerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<String, byte[]> record, Callback callback) {
      if (record.topic().equals("fob.keys")) {
        keys.addRecord(
            new ConsumerRecord<>(
                "fob.keys",
                0,
                end++,
                Instant.now().minus(age).toEpochMilli(),
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                record.key(),
                record.value(),
                record.headers(),
                Optional.empty()));
        keys.updateEndOffsets(Map.of(KEYS, end));
      }
      return super.send(record, callback);
    }
  }

  private final Consumer keys = new Consumer();
  private final Producer producer = new Producer();
  private final ConfirmedPublisher confirmed = new ConfirmedPublisher(producer, Optional::empty);
  private final AsyncPublisher async = new AsyncPublisher(confirmed, InstantSource.system());
  private final IdempotencyClaims claims = new IdempotencyClaims(new Loops(), keys, confirmed);
  private final PendingCalls pending = new PendingCalls(1);
  private final StoredLog log = new StoredLog(1);
  private final Replies replies = log.replies(pending, Instant.now(), 7);
  private final IdempotentCalls calls =
      new IdempotentCalls(
          claims,
          new CallPublisher(
              producer,
              pending,
              new RequestIds(InstantSource.system(), Random::new, _ -> true),
              Optional::empty,
              async),
          async,
          confirmed,
          new ResultReader(log::reader, replies, InstantSource.system()));
  private long end;
  private Duration age = Duration.ZERO;

  @BeforeEach
  void start() throws InterruptedException {
    claims.start(Instant.now().plusSeconds(10));
  }

  @AfterEach
  void close() {
    claims.close();
    replies.close();
  }

  private static Call call(String id, String function, String payload) {
    return new Call(
        new RequestId(id), function, Instant.now(), CallHeaders.NONE, payload.getBytes(UTF_8));
  }

  /** The request ids of the calls that were written. */
  private List<String> written() {
    return producer.history().stream()
        .filter(record -> record.topic().equals("fob.async"))
        .map(record -> new String(record.headers().lastHeader("fob-request-id").value(), UTF_8))
        .toList();
  }

  @Test
  void requestsWithOneKeyAreTheFirstOnesCall() throws InterruptedException {
    // When
    IdempotentCalls.SharedCall first = calls.share("k", call("r-1", "add", "{}"));
    IdempotentCalls.SharedCall second = calls.share("k", call("r-2", "add", "{}"));

    // Then
    assertThat(first.isFirst()).isTrue();
    assertThat(second.isFirst()).isFalse();
    assertThat(second.id()).isEqualTo(new RequestId("r-1"));
  }

  @Test
  void keyStandsForOneCallOfEachFunction() throws InterruptedException {
    // Given
    calls.share("k", call("r-1", "add", "{}"));

    // Then
    assertThat(calls.share("k", call("r-2", "multiply", "{}")).isFirst()).isTrue();
  }

  @Test
  void keyWithAnotherPayloadIsRefused() throws InterruptedException {
    // Given
    calls.share("k", call("r-1", "add", "{}"));

    // Then
    assertThatExceptionOfType(Problem.class)
        .isThrownBy(() -> calls.share("k", call("r-2", "add", "{ }")))
        .withMessageContaining("another payload");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two words", "k\u00e4se", "line\nfeed"})
  void malformedKeyIsRefused(String key) {
    assertThatExceptionOfType(Problem.class)
        .isThrownBy(() -> calls.share(key, call("r-1", "add", "{}")))
        .withMessageContaining("visible ASCII");
  }

  @Test
  void callIsWrittenOnceWhicheverRequestsAccept() throws InterruptedException {
    // Given
    Call first = call("r-1", "add", "{}");
    Call second = call("r-2", "add", "{}");

    // When
    calls.share("k", first).accept(first);
    RequestId accepted = calls.share("k", second).accept(second);

    // Then
    assertThat(accepted).isEqualTo(new RequestId("r-1"));
    assertThat(written()).containsExactly("r-1");
  }

  @Test
  void callOfAGatewayThatDiedBetweenClaimAndCallIsWrittenUnderItsId() throws InterruptedException {
    // Given
    age = LONGER_THAN_A_GATEWAY_TAKES;
    calls.share("k", call("r-1", "add", "{}"));
    age = Duration.ZERO;

    // When
    Call second = call("r-2", "add", "{}");
    RequestId accepted = calls.share("k", second).accept(second);

    // Then
    assertThat(accepted).isEqualTo(new RequestId("r-1"));
    assertThat(written()).containsExactly("r-1");
  }

  @Test
  void callThatIsWrittenLongAfterItsIdWasMadeIsNotLookedForNearTheIdAlone()
      throws InterruptedException {
    // Given
    Instant made = Instant.now().minusSeconds(60);
    RequestId early = new RequestIds(() -> made, Random::new, _ -> true).next();
    age = Duration.ofSeconds(60);
    calls.share("k", call(early.value(), "add", "{}"));
    age = Duration.ZERO;

    // When
    Call second = call("r-2", "add", "{}");
    RequestId accepted = calls.share("k", second).accept(second);

    // Then
    claims.claim("another", new RequestId("r-3"), "");
    assertThat(accepted).isEqualTo(early);
    assertThat(claims.isLate(early)).isTrue();
  }
}
