package fob.invoker.key;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fob.call.Call;
import fob.call.CallHeaders;
import fob.call.CallKey;
import fob.call.Failure;
import fob.call.KeyAnswer;
import fob.call.KeyClaim;
import fob.call.RequestId;
import fob.service.Sha256;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ShardTest {

  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
  private static final KeyAnswer FIRST = new KeyAnswer.First();

  private final List<Question> claimed = new ArrayList<>();
  private Optional<ClaimTable.Claim> elsewhere = Optional.empty();
  private Instant now = START;
  private final Shard shard = new Shard(2, _ -> elsewhere, claimed::add, () -> now);

  private static String hash(String key) {
    return Sha256.of(key.getBytes(UTF_8));
  }

  private static Question question(
      String key, int call, String payload, @Nullable Instant deadline) {
    UUID id = new UUID(0, call);
    return Question.of(
        new Call(
            new RequestId(id.toString()),
            "add",
            START,
            CallHeaders.of(deadline, Call.JSON, null),
            payload.getBytes(UTF_8)),
        id,
        new CallKey(hash(key), new RequestId("answer")));
  }

  private Question ask(String key, int call) {
    return ask(question(key, call, "{}", null));
  }

  private Question ask(Question question) {
    shard.ask(question);
    return question;
  }

  private void read(String key, int call) {
    shard.read(
        new KeyClaim(hash(key), new UUID(0, call), KeyClaim.checksum("{}".getBytes(UTF_8)), now));
  }

  private static KeyAnswer repeatOf(int call) {
    return new KeyAnswer.Repeat(new RequestId(new UUID(0, call).toString()), true);
  }

  private static void assertAnswer(Question question, KeyAnswer answer) {
    assertThat(question.answer().getNow(Optional.empty())).contains(answer);
  }

  private static void assertRefused(Question question, Failure failure, String why) {
    assertThat(question.answer().getNow(Optional.empty()))
        .get(InstanceOfAssertFactories.type(KeyAnswer.Refused.class))
        .satisfies(refused -> {
          assertThat(refused.why().failure()).isEqualTo(failure);
          assertThat(refused.why().message()).contains(why);
        });
  }

  @Test
  void theFirstCallIsAnsweredOnceItsClaimIsReadBackAndFurtherOnesAreRepeats() {
    // Given
    shard.restored();
    Question first = ask("k", 1);
    Question meanwhile = ask("k", 2);
    assertThat(claimed).containsExactly(first);
    assertThat(first.answer()).isNotDone();

    // When
    read("k", 1);

    // Then
    assertAnswer(first, FIRST);
    assertAnswer(meanwhile, repeatOf(1));
    assertAnswer(ask("k", 3), repeatOf(1));
    assertAnswer(ask("k", 1), FIRST);
    assertAnswer(
        ask(question("k", 4, "{ }", null)),
        new KeyAnswer.Repeat(new RequestId(new UUID(0, 1).toString()), false));
    assertThat(claimed).containsExactly(first);
  }

  @Test
  void theFirstClaimInTheLogCountsWhoeverWroteIt() {
    // Given
    shard.restored();
    Question ours = ask("k", 1);

    // When
    read("k", 9);

    // Then
    assertAnswer(ours, repeatOf(9));
    read("k", 1);
    assertAnswer(ask("k", 1), repeatOf(9));
  }

  @Test
  void questionsWaitUntilEarlierClaimsAreRead() {
    // Given
    Question known = ask("old", 2);
    Question unknown = ask("new", 3);
    read("old", 1);
    assertThat(known.answer()).isNotDone();

    // When
    shard.restored();

    // Then
    assertAnswer(known, repeatOf(1));
    assertThat(claimed).containsExactly(unknown);
  }

  @Test
  void aCallThatHasEndedRepeatsItselfIfItIsReadAgain() {
    // Given
    Question again = ask("k", 1);
    read("k", 1);
    shard.readEnd(Key.of(hash("k")), new UUID(0, 9));
    shard.readEnd(Key.of(hash("k")), new UUID(0, 1));

    // When
    shard.restored();

    // Then
    assertAnswer(again, repeatOf(1));
    assertThat(claimed).isEmpty();
  }

  @Test
  void aClaimOfAnEarlierVersionHolds() {
    shard.restored();
    elsewhere =
        Optional.of(
            new ClaimTable.Claim(new UUID(0, 8), KeyClaim.checksum("{}".getBytes(UTF_8)), false));
    assertAnswer(ask("k", 1), repeatOf(8));
    assertThat(claimed).isEmpty();
  }

  @Test
  void aNewKeyBeyondTheBoundIsRefusedAndLivingOnesStay() {
    // Given
    shard.restored();
    ask("a", 1);
    read("a", 1);
    now = now.plusSeconds(60);
    ask("b", 2);

    // Then
    assertRefused(ask("c", 3), Failure.OVERLOADED, "2 idempotency keys of the last 24h");
    assertAnswer(ask("a", 4), repeatOf(1));

    // When
    read("b", 2);
    now = START.plus(KeyClaim.KEPT).plusSeconds(10);

    // Then
    Question fits = ask("c", 5);
    read("c", 5);
    assertAnswer(fits, FIRST);
    assertAnswer(ask("b", 6), repeatOf(2));
  }

  @Test
  void aFullShardLooksForExpiredKeysOnceASecond() {
    // Given
    shard.restored();
    read("a", 1);
    now = now.plusMillis(500);
    read("b", 2);
    now = START.plus(KeyClaim.KEPT).plusSeconds(10).minusMillis(1);
    assertRefused(ask("c", 3), Failure.OVERLOADED, "FOB_MAX_KEYS");

    // Then
    now = now.plusMillis(999);
    assertRefused(ask("c", 4), Failure.OVERLOADED, "FOB_MAX_KEYS");
    now = now.plusMillis(1);
    ask("c", 5);
    assertThat(claimed).hasSize(1);
  }

  @Test
  void aCallThatIsReadAfterItsDeadlineClaimsNoKey() {
    shard.restored();
    assertRefused(ask(question("k", 1, "{}", now)), Failure.EXPIRED, "so nothing was run");
    assertThat(claimed).isEmpty();
    ask("k", 2);
    assertThat(claimed).hasSize(1);
  }

  @Test
  void thoseWhoWaitHearThatThePartitionHasMoved() {
    // Given
    Question early = ask("a", 1);
    shard.restored();
    Question claiming = ask("b", 2);

    // When
    shard.close();

    // Then
    assertThat(List.of(early, claiming, ask("c", 3)))
        .allSatisfy(
            question -> assertThat(question.answer()).isCompletedWithValue(Optional.empty()));
  }

  @Test
  void claimsThatWereNotReadBackAreWrittenAgain() {
    // Given
    shard.restored();
    Question lost = ask("a", 1);
    ask("a", 2);

    // When
    shard.claimAgain();

    // Then
    assertThat(claimed).containsExactly(lost, lost);
  }
}
