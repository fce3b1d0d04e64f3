package fob.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.access.AccessKey;
import fob.access.KeyText;
import fob.gateway.http.Problem;
import fob.gateway.publish.ConfirmedPublisher;
import fob.service.Loops;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes of keys while Kafka fails. */
class KeyChangesTest {

  private static final TopicPartition TOPIC = new TopicPartition("fob.access", 0);
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
  private final MockProducer<String, byte[]> producer =
      new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer());
  private final Keys keys = new Keys(new Loops(), consumer, Optional.empty());
  private final KeyChanges changes =
      new KeyChanges(
          keys,
          new Clients(
              keys,
              InetAddress.getLoopbackAddress(),
              false,
              Optional.empty(),
              InstantSource.fixed(NOW)),
          new ConfirmedPublisher(producer, Optional::empty));

  @BeforeEach
  void start() throws InterruptedException {
    consumer.updateBeginningOffsets(Map.of(TOPIC, 0L));
    consumer.updateEndOffsets(Map.of(TOPIC, 0L));
    keys.start(Instant.now().plusSeconds(10));
  }

  @AfterEach
  void stop() {
    keys.close();
  }

  @Test
  void refusalOfUnconfirmedKeyHasItsText() {
    // Given
    KeyText text = KeyText.random();
    AccessKey key =
        KeyRequest.parse(
                "{\"name\":\"ops\",\"role\":\"admin\"}".getBytes(StandardCharsets.UTF_8), NOW)
            .key(text, NOW, "anonymous");
    Thread.ofVirtual()
        .start(() -> {
          while (!producer.errorNext(new TimeoutException("no acknowledgement"))) {
            Thread.onSpinWait();
          }
        });

    // When / Then
    assertThatThrownBy(() -> changes.make(key, text, () -> {}))
        .isInstanceOfSatisfying(
            Problem.class,
            refused -> {
              assertThat(refused.status()).isEqualTo(503);
              assertThat(refused.reason()).isEqualTo("bus-unavailable");
            })
        .hasMessageContainingAll(
            "the key may have been made", text.text(), "unknown-key", "no acknowledgement");
    assertThat(producer.history()).hasSize(1);
  }
}
