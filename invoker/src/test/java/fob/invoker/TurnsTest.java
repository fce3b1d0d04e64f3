package fob.invoker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TurnsTest {

  private final Turns turns = new Turns(2);

  private CompletableFuture<Turns.Turn> takeOnOtherThread() {
    CompletableFuture<Turns.Turn> taken = new CompletableFuture<>();
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                taken.complete(turns.take());
              } catch (InterruptedException e) {
                taken.completeExceptionally(e);
              }
            });
    await().until(() -> taken.isDone() || thread.getState() == Thread.State.WAITING);
    return taken;
  }

  @Test
  void aThirdRecordWaitsUntilOneOfTwoTurnsHasEnded() throws Exception {
    // Given
    Turns.Turn first = turns.take();
    turns.take();
    CompletableFuture<Turns.Turn> third = takeOnOtherThread();
    assertThat(third).isNotDone();

    // When
    first.end();

    // Then
    assertThat(third).succeedsWithin(Duration.ofSeconds(5));
  }

  @Test
  void aTurnThatEndsTwiceLetsOneRecordGoOn() throws Exception {
    // Given
    Turns.Turn first = turns.take();
    turns.take();

    // When
    first.end();
    first.end();

    // Then
    turns.take();
    assertThat(takeOnOtherThread()).isNotDone();
  }
}
