package fob.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import fob.bus.wire.PartChoice;
import fob.bus.wire.ResponseWire;
import fob.call.Call;
import fob.call.CallHeaders;
import fob.call.Reply;
import fob.call.RequestId;
import fob.call.RequestIds;
import fob.call.Response;
import fob.call.Timing;
import fob.gateway.http.Problem;
import fob.gateway.publish.AsyncPublisher;
import fob.gateway.publish.ConfirmedPublisher;
import fob.gateway.reply.PendingCalls;
import fob.gateway.reply.StoredLog;
import fob.service.Deadlines;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class CallPublisherTest {

  /** No function is known, so each call has the partition of its key. */
  private static final PartChoice CHOICE =
      new PartChoice(_ -> Optional.empty(), _ -> 1, Random::new);

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final MockProducer<String, byte[]> producer =
      new MockProducer<>(
          false, new RoundRobinPartitioner(), new StringSerializer(), new ByteArraySerializer());
  private final PendingCalls<Response> pending = new PendingCalls<>(1, ResponseWire::decode);
  private final AtomicInteger letGo = new AtomicInteger();
  private final CallPublisher publisher =
      new CallPublisher(
          producer,
          pending,
          new RequestIds(InstantSource.system(), Random::new, _ -> true),
          Optional::empty,
          CHOICE::record,
          new AsyncPublisher(
                  new ConfirmedPublisher(producer, Optional::empty), CHOICE, InstantSource.system())
              ::note,
          new Deadlines());

  /** A caller that waits, and the payload of its call, which nobody here holds. */
  private record Sent(CallPublisher.Waiting waiting, WeakReference<byte[]> payload) {}

  private Sent send(String id) {
    byte[] payload = new byte[1024 * 1024];
    Instant now = Instant.now();
    Call call =
        new Call(new RequestId(id), "f", now, CallHeaders.of(now, Call.JSON, null), payload);
    return new Sent(
        publisher.send(call, TIMEOUT, letGo::incrementAndGet), new WeakReference<>(payload));
  }

  @Test
  void payloadIsLetGoWhenTheBusHasItWhileTheCallerStillWaits() throws InterruptedException {
    // Given
    Sent sent = send("r-1");
    assertThat(letGo).hasValue(0);

    // When
    assertThat(producer.completeNext()).isTrue();
    producer.clear();

    // Then
    assertThat(letGo).hasValue(1);
    await()
        .until(() -> {
          System.gc();
          return sent.payload().get() == null;
        });
    var reply =
        pending.deliver(
            StoredLog.received(
                ResponseWire.encode(
                    "fob.response",
                    new Response(
                        new RequestId("r-1"),
                        "f",
                        1,
                        Timing.NONE,
                        new Reply.Answered(new byte[] {'1'})))));
    assertThat(sent.waiting().await()).isSameAs(reply.orElseThrow());
    assertThat(pending.size()).isZero();
  }

  @Test
  void payloadIsLetGoWhenTheBusDoesNotTakeIt() {
    // Given
    Sent sent = send("r-1");

    // When
    assertThat(producer.errorNext(new KafkaException("no"))).isTrue();

    // Then
    assertThat(letGo).hasValue(1);
    assertThatThrownBy(() -> sent.waiting().await())
        .isInstanceOf(Problem.class)
        .hasMessageContaining("may or may not run: no");
    assertThat(pending.size()).isZero();
  }

  @Test
  void callThatTheProducerRefusesWaitsNoLonger() {
    // Given
    producer.close();

    // When, then
    assertThatThrownBy(() -> send("r-1")).isInstanceOf(Problem.class);
    assertThat(pending.size()).isZero();
  }
}
