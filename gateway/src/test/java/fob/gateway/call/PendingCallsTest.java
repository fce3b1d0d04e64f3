package fob.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import fob.call.Reply;
import fob.call.RequestId;
import fob.call.Response;
import fob.call.Timing;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PendingCallsTest {

  private static final RequestId ID = new RequestId("r-1");

  private final PendingCalls pending = new PendingCalls(2);

  private static Response response() {
    return new Response(ID, "add", 1, Timing.NONE, new Reply.Answered(new byte[0]));
  }

  @Test
  void whoWaitsGetsTheReply() {
    // Given
    CompletableFuture<Response> waiting = pending.add(ID).orElseThrow();

    // When
    pending.get("r-1").orElseThrow().complete(response());

    // Then
    assertThat(waiting).isCompletedWithValueMatching(response -> response.id().equals(ID));
  }

  @Test
  void lateReplyFindsNobody() {
    // Given
    var _ = pending.add(ID);

    // When
    pending.remove(ID);

    // Then
    assertThat(pending.get("r-1")).isEmpty();
    assertThat(pending.size()).isZero();
  }

  @Test
  void anotherGatewaysReplyFindsNobody() {
    // Given
    var _ = pending.add(ID);

    // When
    Optional<CompletableFuture<Response>> found = pending.get("r-2");

    // Then
    assertThat(found).isEmpty();
  }

  @Test
  void tooManyAreRefusedUntilOneLeaves() {
    // Given
    var _ = pending.add(ID);
    var _ = pending.add(new RequestId("r-2"));
    RequestId third = new RequestId("r-3");

    // When
    Optional<CompletableFuture<Response>> refused = pending.add(third);

    // Then
    assertThat(refused).isEmpty();
    assertThat(pending.get("r-3")).isEmpty();
    pending.remove(ID);
    assertThat(pending.add(third)).isPresent();
  }
}
