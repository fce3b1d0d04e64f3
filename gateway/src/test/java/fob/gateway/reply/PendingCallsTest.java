package fob.gateway.reply;

import static org.assertj.core.api.Assertions.assertThat;

import fob.bus.wire.ResponseWire;
import fob.call.Reply;
import fob.call.RequestId;
import fob.call.Response;
import fob.call.Timing;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class PendingCallsTest {

  private static final RequestId ID = new RequestId("r-1");

  private final PendingCalls<Response> pending = new PendingCalls<>(2, ResponseWire::decode);

  private static ConsumerRecord<String, byte[]> reply(String id) {
    return StoredLog.received(
        ResponseWire.encode(
            "fob.response",
            new Response(
                new RequestId(id), "add", 1, Timing.NONE, new Reply.Answered(new byte[] {'1'}))));
  }

  @Test
  void allWhoWaitGetTheReply() {
    // Given
    CompletableFuture<Response> caller = pending.add(ID).orElseThrow();
    CompletableFuture<Response> another = pending.add(ID).orElseThrow();

    // When
    Optional<Response> delivered = pending.deliver(reply("r-1"));

    // Then
    assertThat(caller).isCompletedWithValue(delivered.orElseThrow());
    assertThat(another).isCompletedWithValue(delivered.orElseThrow());
  }

  @Test
  void lateReplyFindsNobody() {
    // Given
    CompletableFuture<Response> caller = pending.add(ID).orElseThrow();

    // When
    pending.remove(ID, caller);

    // Then
    assertThat(pending.deliver(reply("r-1"))).isEmpty();
    assertThat(caller).isNotDone();
    assertThat(pending.size()).isZero();
  }

  @Test
  void whoLeavesDoesNotTakeTheReplyFromOthers() {
    // Given
    CompletableFuture<Response> caller = pending.add(ID).orElseThrow();
    CompletableFuture<Response> another = pending.add(ID).orElseThrow();

    // When
    pending.remove(ID, another);
    pending.remove(ID, another);
    var _ = pending.deliver(reply("r-1"));

    // Then
    assertThat(pending.size()).isEqualTo(1);
    assertThat(caller).isDone();
    assertThat(another).isNotDone();
  }

  @Test
  void anotherGatewaysReplyFindsNobody() {
    // Given
    CompletableFuture<Response> caller = pending.add(ID).orElseThrow();

    // When
    Optional<Response> found = pending.deliver(reply("r-2"));

    // Then
    assertThat(found).isEmpty();
    assertThat(caller).isNotDone();
  }

  @Test
  void tooManyAreRefusedUntilOneLeaves() {
    // Given
    CompletableFuture<Response> first = pending.add(ID).orElseThrow();
    var _ = pending.add(ID);
    RequestId third = new RequestId("r-3");

    // When
    Optional<CompletableFuture<Response>> refused = pending.add(third);

    // Then
    assertThat(refused).isEmpty();
    pending.remove(ID, first);
    assertThat(pending.add(third)).isPresent();
  }
}
