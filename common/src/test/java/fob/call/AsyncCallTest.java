package fob.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AsyncCallTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Call CALL =
      new Call(new RequestId("r"), "add", NOW, CallHeaders.NONE, new byte[0]);

  private static Attempt attempt(int number) {
    return new Attempt(number, NOW, Failure.TIMEOUT, "too long");
  }

  @Test
  void failedAttemptIncreasesTheAttemptNumber() {
    // Given
    AsyncCall call = new AsyncCall(CALL, NOW, List.of());

    // When
    AsyncCall after = call.after(attempt(1)).after(attempt(2));

    // Then
    assertThat(after.call().headers().attempt()).isEqualTo(3);
    assertThat(after.history()).containsExactly(attempt(1), attempt(2));
    assertThat(after.accepted()).isEqualTo(NOW);
    assertThat(call.history()).isEmpty();
  }

  @Test
  void theLastTwentyAttemptsAreKept() {
    // Given
    AsyncCall call = new AsyncCall(CALL, NOW, List.of());

    // When
    for (int i = 1; i <= 25; i++) {
      call = call.after(attempt(i));
    }

    // Then
    assertThat(call.history()).hasSize(20).startsWith(attempt(6)).endsWith(attempt(25));
    assertThat(call.call().headers().attempt()).isEqualTo(26);
  }

  @Test
  void historyIsACopyOfTheGivenList() {
    // Given
    List<Attempt> history = new ArrayList<>(List.of(attempt(1)));
    AsyncCall call = new AsyncCall(CALL, NOW, history);

    // When
    history.clear();

    // Then
    assertThat(call.history()).containsExactly(attempt(1));
  }

  @Test
  void aMessageOfFiveHundredCharactersIsKeptAndALongerOneCut() {
    // Given
    String longest = "x".repeat(500);

    // Then
    assertThat(new Attempt(1, NOW, Failure.TIMEOUT, longest).message()).isEqualTo(longest);
    assertThat(new Attempt(1, NOW, Failure.TIMEOUT, longest + "y").message())
        .isEqualTo(longest + "…");
  }
}
