package fob.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.bus.wire.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OpenLoopTest {

  private static final Duration TIME = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration LITTLE_PATIENCE = Duration.ofMillis(500);
  private static final TopicPartition REPLIES = new TopicPartition(Topics.RESPONSE.name(), 0);

  private final AtomicInteger calls = new AtomicInteger();
  private final MockConsumer<String, byte[]> replies = new MockConsumer<>("none");

  OpenLoopTest() {
    Map<TopicPartition, Long> ends = new HashMap<>();
    for (int i = 0; i < Topics.RESPONSE.partitions(); i++) {
      ends.put(new TopicPartition(Topics.RESPONSE.name(), i), 0L);
    }
    replies.updateEndOffsets(ends);
  }

  /**
   * @param status the status of the reply to a call by its number; empty if it has no reply
   */
  private OpenLoop loop(int perSecond, IntFunction<String> status) {
    MockProducer<String, byte[]> producer =
        new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer()) {
          @Override
          public synchronized Future<RecordMetadata> send(
              ProducerRecord<String, byte[]> call, Callback callback) {
            String answer = status.apply(calls.get());
            if (!answer.isEmpty()) {
              reply(new String(call.headers().lastHeader("fob-request-id").value(), UTF_8), answer);
            }
            calls.incrementAndGet();
            return super.send(call, callback);
          }
        };
    return new OpenLoop(producer, replies, "function", perSecond);
  }

  private void reply(String id, String status) {
    ConsumerRecord<String, byte[]> reply =
        new ConsumerRecord<>(REPLIES.topic(), REPLIES.partition(), calls.get(), id, new byte[0]);
    reply.headers().add("fob-status", status.getBytes(UTF_8));
    replies.addRecord(reply);
  }

  @Test
  void callsAreMadeAtTheRateAndNotFaster() throws IOException {
    try (OpenLoop loop = loop(200, _ -> "ok")) {
      OpenLoop.Result result = loop.run(TIME, PATIENCE);
      assertThat(calls.get()).isBetween(1, 100);
      assertThat(result.perSecond()).isBetween(1.0, 210.0);
      assertThat(result.max()).isGreaterThanOrEqualTo(result.p50());
    }
  }

  @Test
  void noCallIsMadeWhileFiveHundredHaveNoReply() {
    try (OpenLoop loop = loop(100_000, _ -> "")) {
      assertThatThrownBy(() -> loop.run(TIME, LITTLE_PATIENCE))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("of 500 calls 0 have a reply");
      assertThat(calls.get()).isEqualTo(500);
    }
  }

  @Test
  void callThatFailsEndsTheRun() {
    try (OpenLoop loop = loop(1_000, number -> number == 3 ? "timeout" : "ok")) {
      assertThatThrownBy(() -> loop.run(TIME, PATIENCE))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("1 failed");
    }
  }
}
