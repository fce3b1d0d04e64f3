package fob.gateway.reply;

import static org.assertj.core.api.Assertions.assertThat;

import fob.bus.wire.KeyAnswerWire;
import fob.bus.wire.ResponseWire;
import fob.call.KeyAnswer;
import fob.call.Reply;
import fob.call.RequestId;
import fob.call.RequestIds;
import fob.call.Response;
import fob.call.Timing;
import fob.service.Loops;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReplyListenerTest {

  private static final String TOPIC = "fob.response";
  private static final int PARTITIONS = 16;
  private static final Instant STARTED = Instant.parse("2026-01-31T12:00:00Z");

  private final MockConsumer<String, byte[]> consumer = consumer();
  private final PendingCalls<Response> pending = new PendingCalls<>(10, ResponseWire::decode);
  private final PendingCalls<KeyAnswer> answers = new PendingCalls<>(10, KeyAnswerWire::decode);
  private final RecentReplies recent = new RecentReplies(100_000, STARTED);
  private final ReplyListener listener =
      ReplyListener.start(new Loops(), consumer, pending, List.of(answers), recent, new Random(7));
  private final TopicPartition mine = consumer.assignment().iterator().next();
  private long next = 5;

  /** Each partition has five records from before the start. */
  private static MockConsumer<String, byte[]> consumer() {
    MockConsumer<String, byte[]> consumer = new MockConsumer<>("none");
    List<PartitionInfo> partitions =
        IntStream.range(0, PARTITIONS)
            .mapToObj(number -> new PartitionInfo(TOPIC, number, null, null, null))
            .toList();
    consumer.updatePartitions(TOPIC, partitions);
    for (PartitionInfo info : partitions) {
      TopicPartition partition = new TopicPartition(TOPIC, info.partition());
      consumer.updateBeginningOffsets(Map.of(partition, 0L));
      consumer.updateEndOffsets(Map.of(partition, 5L));
    }
    return consumer;
  }

  @AfterEach
  void close() {
    listener.close();
  }

  private void deliver(ProducerRecord<String, byte[]> record) {
    consumer.addRecord(
        new ConsumerRecord<>(
            TOPIC,
            mine.partition(),
            next++,
            0,
            TimestampType.CREATE_TIME,
            0,
            0,
            record.key(),
            record.value(),
            record.headers(),
            Optional.empty()));
  }

  private static ProducerRecord<String, byte[]> reply(String id) {
    return ResponseWire.encode(
        TOPIC,
        new Response(
            new RequestId(id), "add", 1, Timing.NONE, new Reply.Answered(new byte[] {'1'})));
  }

  private CompletableFuture<Response> waiting(String id) {
    return pending.add(new RequestId(id)).orElseThrow();
  }

  @Test
  void startsAtTheEndOfOnePartition() {
    assertThat(consumer.assignment()).hasSize(1);
    assertThat(consumer.position(mine)).isEqualTo(5);
  }

  @Test
  void replyCompletesItsCallAndNoOther() throws Exception {
    // Given
    CompletableFuture<Response> first = waiting("r-1");
    CompletableFuture<Response> second = waiting("r-2");

    // When
    deliver(reply("r-0"));
    deliver(reply("r-2"));

    // Then
    assertThat(second.get(20, TimeUnit.SECONDS).id()).isEqualTo(new RequestId("r-2"));
    assertThat(first).isNotDone();
  }

  @Test
  void recordsThatAreNoRepliesDoNotStopIt() throws Exception {
    // Given
    CompletableFuture<Response> call = waiting("r-1");

    // When
    deliver(new ProducerRecord<>(TOPIC, null, new byte[0]));
    deliver(new ProducerRecord<>(TOPIC, "r-1", new byte[] {1}));
    deliver(reply("r-1"));

    // Then
    assertThat(call.get(20, TimeUnit.SECONDS).id()).isEqualTo(new RequestId("r-1"));
  }

  @Test
  void replyIsKeptForThoseWhoLookItUpLaterIfItMustBeTheFirstOne() {
    // Given
    RequestId early = idOf(STARTED.minusMillis(1));
    RequestId late = idOf(STARTED);

    // When
    deliver(reply(early.value()));
    deliver(reply(late.value()));

    // Then
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> recent.get(late).isPresent());
    assertThat(recent.get(late).orElseThrow().id()).isEqualTo(late);
    assertThat(recent.get(early)).isEmpty();
  }

  private static RequestId idOf(Instant time) {
    return new RequestIds(() -> time, Random::new, _ -> true).next();
  }

  @Test
  void oneOfSixteenIdsIsOfThisGateway() {
    long mineOfAll =
        IntStream.range(0, 16_000).filter(number -> listener.isMine("id-" + number)).count();

    assertThat(mineOfAll).isBetween(800L, 1_200L);
  }

  @Test
  void closeEndsTheConsumer() {
    listener.close();

    Awaitility.await().atMost(Duration.ofSeconds(20)).until(consumer::closed);
  }
}
