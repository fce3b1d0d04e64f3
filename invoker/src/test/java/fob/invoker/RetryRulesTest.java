package fob.invoker;

import static fob.call.Failure.FUNCTION_ERROR;
import static fob.call.Failure.UNREACHABLE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.call.AsyncCall;
import fob.call.Attempt;
import fob.call.Call;
import fob.call.CallHeaders;
import fob.call.Failure;
import fob.call.Reply;
import fob.function.FunctionStatus;
import fob.function.RetryPolicy;
import fob.invoker.RetryRules.Decision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryRulesTest {

  private static final Instant ACCEPTED = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant NOW = ACCEPTED.plusSeconds(100);
  private static final RetryPolicy POLICY = new RetryPolicy(2, Duration.ofHours(1));
  private static final RetryPolicy PATIENT = new RetryPolicy(100, Duration.ofHours(24));

  /** The random number with which the jitter is zero. */
  private static final double MIDDLE = 0.5;

  private static RetryRules rules(double random) {
    return new RetryRules(() -> fixed(random));
  }

  private static RandomGenerator fixed(double value) {
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        throw new AssertionError("only nextDouble() is asked");
      }

      @Override
      public double nextDouble() {
        return value;
      }
    };
  }

  private static AsyncCall call(@Nullable Instant deadline, Attempt... failed) {
    Call first =
        new Call(
            Fixtures.REQUEST,
            "add",
            ACCEPTED,
            CallHeaders.of(deadline, Call.JSON, null),
            new byte[0]);
    AsyncCall call = new AsyncCall(first, ACCEPTED, List.of());
    for (Attempt attempt : failed) {
      call = call.after(attempt);
    }
    return call;
  }

  /** Returns a call with this number of failed attempts. */
  private static AsyncCall after(int count, Failure failure) {
    List<Attempt> failed = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      failed.add(attempt(i, failure));
    }
    return call(null, failed.toArray(new Attempt[0]));
  }

  private static Attempt attempt(int number, Failure failure) {
    return new Attempt(number, ACCEPTED, failure, "why");
  }

  private static Decision decide(AsyncCall call, RetryPolicy policy, Reply reply, Instant now) {
    return rules(MIDDLE).decide(call, policy, reply, now);
  }

  private static Decision decide(Reply reply) {
    return decide(call(null), POLICY, reply, NOW);
  }

  private static Reply.Failed failed(Failure failure) {
    return Reply.failed(failure, "why");
  }

  private static Reply.Failed failed(Failure failure, ObjectNode error) {
    return new Reply.Failed(failure, "why", error);
  }

  private static ObjectNode error() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static Instant next(Decision decision) {
    return switch (decision) {
      case Decision.Retry(var failed, Instant next) -> next;
      case Decision.Postpone postponed -> throw new AssertionError(postponed);
      case Decision.End over -> throw new AssertionError(over);
    };
  }

  private static Duration wait(Decision decision, Instant now) {
    if (decision instanceof Decision.Postpone postponed) {
      return Duration.between(now, postponed.next(now));
    }
    throw new AssertionError(decision);
  }

  private static Reply.Failed over(Decision decision) {
    if (decision instanceof Decision.End(Reply.Failed last)) {
      return last;
    }
    throw new AssertionError(decision);
  }

  @Test
  void aResultEndsTheCall() {
    // Given
    Reply answered = new Reply.Answered(new byte[0]);

    // Then
    assertThat(decide(answered)).isEqualTo(new Decision.End(answered));
  }

  @ParameterizedTest
  @EnumSource(names = {"BAD_PARAMETERS", "BAD_REQUEST", "TOO_LARGE"})
  void aFailureThatARetryCannotMendEndsTheCall(Failure failure) {
    assertThat(decide(failed(failure))).isEqualTo(new Decision.End(failed(failure)));
  }

  @ParameterizedTest
  @EnumSource(names = {"FUNCTION_ERROR", "TIMEOUT", "UNREACHABLE"})
  void aCallThatRanAndFailedIsRetriedAndCounted(Failure failure) {
    assertThat(decide(failed(failure)))
        .isEqualTo(new Decision.Retry(new Attempt(1, NOW, failure, "why"), NOW.plusSeconds(1)));
  }

  @ParameterizedTest
  @EnumSource(names = {"EXPIRED", "OVERLOADED", "NOT_READY"})
  void aCallThatDidNotStartIsPostponedUnchanged(Failure failure) {
    assertThat(decide(failed(failure))).isInstanceOf(Decision.Postpone.class);
  }

  @Test
  void aResultThatIsNotJsonEndsTheCall() {
    // Given
    Reply.Failed reply = failed(Failure.FUNCTION_ERROR, error().put("reason", "result-not-json"));

    // Then
    assertThat(decide(reply)).isEqualTo(new Decision.End(reply));
  }

  @Test
  void codeThatDoesNotLoadEndsTheCallAndAPlatformsFailurePostponesIt() {
    // Given
    Reply.Failed broken =
        Refusals.notReady(
            new FunctionStatus.FailureReason("invalid syntax", "SyntaxError", List.of("line 1")));
    Reply.Failed noRoom = Refusals.notReady(FunctionStatus.FailureReason.of("no memory"));

    // Then
    assertThat(decide(broken)).isEqualTo(new Decision.End(broken));
    assertThat(decide(noRoom)).isInstanceOf(Decision.Postpone.class);
  }

  @Test
  void anUnknownFunctionIsWaitedForForTenSeconds() {
    // Given
    Reply.Failed unknown = failed(Failure.NOT_FOUND);
    Instant early = ACCEPTED.plusMillis(9_999);

    // Then
    assertThat(decide(call(null), POLICY, unknown, early))
        .isEqualTo(new Decision.Postpone(Duration.ofSeconds(1), Instant.MAX));
    assertThat(decide(call(null), POLICY, unknown, ACCEPTED.plusSeconds(10)))
        .isEqualTo(new Decision.End(unknown));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 4", "3, 16", "4, 64", "5, 256", "6, 600", "7, 600", "50, 600"})
  void delaysGrowFourfoldUpToTenMinutes(int attempt, long seconds) {
    // Given
    AsyncCall call = after(attempt - 1, Failure.FUNCTION_ERROR);

    // When
    Decision decision = decide(call, PATIENT, failed(Failure.FUNCTION_ERROR), NOW);

    // Then
    assertThat(next(decision)).isEqualTo(NOW.plusSeconds(seconds));
  }

  @ParameterizedTest
  @CsvSource({"0, 3200", "0.25, 3600", "0.75, 4400", "1, 4800"})
  void delaysAreJitteredByAFifth(double random, long millis) {
    // Given
    AsyncCall second = after(1, Failure.TIMEOUT);

    // When
    Decision decision = rules(random).decide(second, PATIENT, failed(Failure.TIMEOUT), NOW);

    // Then
    assertThat(next(decision)).isEqualTo(NOW.plusMillis(millis));
  }

  @ParameterizedTest
  @CsvSource({"30, 30000", "1.5, 1500", "0.2, 1000", "0, 1000", "-5, 1000", "86401, 1000"})
  void aFunctionMayRequestALongerDelay(double wish, long millis) {
    // Given
    Reply.Failed reply = failed(Failure.FUNCTION_ERROR, error().put("retry_after", wish));

    // Then
    assertThat(next(decide(call(null), PATIENT, reply, NOW))).isEqualTo(NOW.plusMillis(millis));
  }

  @Test
  void aRequestedDelayThatIsNoNumberIsIgnored() {
    // Given
    Reply.Failed reply = failed(Failure.FUNCTION_ERROR, error().put("retry_after", "soon"));

    // Then
    assertThat(next(decide(reply))).isEqualTo(NOW.plusSeconds(1));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7})
  void aCallWithoutRetriesLeftEndsWithItsLastFailure(int retries) {
    // Given
    RetryPolicy policy = new RetryPolicy(retries, Duration.ofHours(24));
    Reply.Failed reply = failed(Failure.FUNCTION_ERROR);

    // Then
    assertThat(decide(after(retries, Failure.FUNCTION_ERROR), policy, reply, NOW))
        .isEqualTo(new Decision.End(reply));
    if (retries > 0) {
      assertThat(decide(after(retries - 1, Failure.FUNCTION_ERROR), policy, reply, NOW))
          .isInstanceOf(Decision.Retry.class);
    }
  }

  @Test
  void unreachableAttemptsHaveABudgetOfFiveBesidesTheRetries() {
    // Given
    RetryPolicy none = new RetryPolicy(0, Duration.ofHours(24));
    Reply.Failed unreachable = failed(Failure.UNREACHABLE);

    // Then
    assertThat(decide(after(4, Failure.UNREACHABLE), none, unreachable, NOW))
        .isInstanceOf(Decision.Retry.class);
    assertThat(decide(after(5, Failure.UNREACHABLE), none, unreachable, NOW))
        .isEqualTo(new Decision.End(unreachable));
    assertThat(decide(after(5, Failure.UNREACHABLE), none, failed(Failure.TIMEOUT), NOW))
        .isEqualTo(new Decision.End(failed(Failure.TIMEOUT)));
  }

  @Test
  void theTwoBudgetsAreIndependent() {
    // Given
    AsyncCall mixed =
        call(
            null,
            attempt(1, Failure.UNREACHABLE),
            attempt(2, Failure.FUNCTION_ERROR),
            attempt(3, Failure.UNREACHABLE));

    // When
    Decision second = decide(mixed, POLICY, failed(Failure.FUNCTION_ERROR), NOW);
    Decision third =
        decide(
            mixed.after(attempt(4, Failure.FUNCTION_ERROR)),
            POLICY,
            failed(Failure.FUNCTION_ERROR),
            NOW);

    // Then
    assertThat(second).isInstanceOf(Decision.Retry.class);
    assertThat(third).isInstanceOf(Decision.End.class);
  }

  @Test
  void anAttemptAfterTheMaxAgeIsNotMade() {
    // Given
    RetryPolicy brief = new RetryPolicy(5, Duration.ofSeconds(101));
    Reply.Failed reply = failed(Failure.FUNCTION_ERROR);

    // Then
    assertThat(decide(call(null), brief, reply, NOW)).isEqualTo(new Decision.End(reply));
    assertThat(decide(call(null), brief, reply, NOW.minusMillis(1)))
        .isInstanceOf(Decision.Retry.class);
  }

  @Test
  void theCallersDeadlineBoundsItToo() {
    // Given
    AsyncCall call = call(NOW.plusSeconds(1));
    Reply.Failed reply = failed(Failure.FUNCTION_ERROR);

    // Then
    assertThat(RetryRules.expiry(call, POLICY)).isEqualTo(NOW.plusSeconds(1));
    assertThat(decide(call, POLICY, reply, NOW)).isEqualTo(new Decision.End(reply));
    assertThat(decide(call, POLICY, reply, NOW.minusMillis(1))).isInstanceOf(Decision.Retry.class);
  }

  @Test
  void aDeadlineBeyondTheMaxAgeChangesNothing() {
    assertThat(RetryRules.expiry(call(ACCEPTED.plus(Duration.ofDays(2))), POLICY))
        .isEqualTo(ACCEPTED.plus(Duration.ofHours(1)));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "1000, 1",
    "4999, 1",
    "5000, 10",
    "29999, 10",
    "30000, 60",
    "600000, 60",
    "3000000, 60"
  })
  void aCallIsPostponedByTheLongestTierUpToTwiceItsAge(long ageMillis, long seconds) {
    // Given
    Instant now = ACCEPTED.plusMillis(ageMillis);

    // Then
    assertThat(wait(decide(call(null), POLICY, failed(Failure.OVERLOADED), now), now))
        .isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void aCallThatWaitsForAnHourComesBackAFewTimesOnly() {
    // Given
    Instant now = ACCEPTED;
    int times = 0;

    // When
    Instant end = ACCEPTED.plus(POLICY.maxAge()).minusSeconds(2);
    while (now.isBefore(end)) {
      now = now.plus(wait(decide(call(null), POLICY, failed(Failure.OVERLOADED), now), now));
      times++;
    }

    // Then: 5 times 1 s, 3 times 10 s, and then every minute
    assertThat(times).isEqualTo(5 + 3 + 60);
  }

  @Test
  void theLastTryIsBeforeTheExpiry() {
    // Given
    AsyncCall call = call(NOW.plusSeconds(3));

    // Then
    assertThat(wait(decide(call, POLICY, failed(Failure.EXPIRED), NOW), NOW))
        .isEqualTo(Duration.ofSeconds(2));
  }

  /** Many calls that are postponed at once wait before their delay begins. */
  @Test
  void theLastTryIsBeforeTheExpiryAlsoIfTheDelayBeginsLate() {
    // Given
    AsyncCall call = call(NOW.plusSeconds(3));
    var postponed = (Decision.Postpone) decide(call, POLICY, failed(Failure.EXPIRED), NOW);

    // Then
    assertThat(postponed.next(NOW.plusMillis(1_500))).isEqualTo(NOW.plusSeconds(2));
  }

  @Test
  void aCallThatCouldOnlyStartTooLateExpiresWithTheLastReason() {
    // Given
    AsyncCall call = call(NOW.plusSeconds(1));

    // Then
    assertThat(over(decide(call, POLICY, failed(Failure.OVERLOADED), NOW)).message())
        .endsWith("the last reason: why");
    Instant before = NOW.minusMillis(1);
    assertThat(wait(decide(call, POLICY, failed(Failure.OVERLOADED), before), before))
        .isEqualTo(Duration.ofMillis(1));
  }

  @ParameterizedTest
  @EnumSource(names = {"EXPIRED", "OVERLOADED", "NOT_READY"})
  void aCallThatDidNotStartInTimeExpiresAndNamesTheMaxAge(Failure failure) {
    // When
    Reply.Failed last =
        over(decide(call(null), POLICY, failed(failure), ACCEPTED.plus(POLICY.maxAge())));

    // Then
    assertThat(last)
        .isEqualTo(
            Reply.failed(
                Failure.EXPIRED,
                "the call was not run within its max-age of 1h; the last reason: why"));
  }

  @Test
  void aCallThatDidNotStartByItsDeadlineExpiresAndNamesTheDeadline() {
    // When
    Reply.Failed last = over(decide(call(NOW), POLICY, failed(Failure.EXPIRED), NOW));

    // Then
    assertThat(last.message())
        .isEqualTo("the call was not run within its deadline; the last reason: why");
  }

  @Test
  void aCallThatWasAcceptedInTheFutureIsPostponedByASecond() {
    // Given
    Instant before = ACCEPTED.minusSeconds(30);

    // Then
    assertThat(wait(decide(call(null), POLICY, failed(Failure.EXPIRED), before), before))
        .isEqualTo(Duration.ofSeconds(1));
  }

  /** The history of a call has only the last 20 attempts. */
  @Test
  void allRetriesAreMadeAlthoughTheHistoryIsCut() {
    assertThat(decide(after(99, FUNCTION_ERROR), PATIENT, failed(FUNCTION_ERROR), NOW))
        .isInstanceOf(Decision.Retry.class);
    assertThat(decide(after(100, FUNCTION_ERROR), PATIENT, failed(FUNCTION_ERROR), NOW))
        .isEqualTo(new Decision.End(failed(FUNCTION_ERROR)));
  }

  @Test
  void forgottenUnreachableAttemptsDoNotCountAsRetries() {
    // Given
    RetryPolicy thirty = new RetryPolicy(30, Duration.ofHours(24));
    AsyncCall call = mixed(4, 29);

    // Then
    assertThat(call.history()).hasSize(20).noneMatch(one -> one.failure() == UNREACHABLE);
    assertThat(decide(call, thirty, failed(FUNCTION_ERROR), NOW))
        .isInstanceOf(Decision.Retry.class);
    assertThat(decide(mixed(4, 30), thirty, failed(FUNCTION_ERROR), NOW))
        .isEqualTo(new Decision.End(failed(FUNCTION_ERROR)));
  }

  @Test
  void theBudgetOfUnreachableAttemptsHoldsAlthoughTheHistoryIsCut() {
    assertThat(decide(mixed(4, 30), PATIENT, failed(UNREACHABLE), NOW))
        .isInstanceOf(Decision.Retry.class);
    assertThat(decide(mixed(5, 30), PATIENT, failed(UNREACHABLE), NOW))
        .isEqualTo(new Decision.End(failed(UNREACHABLE)));
  }

  private static AsyncCall mixed(int unreachable, int functionErrors) {
    List<Attempt> failed = new ArrayList<>();
    for (int i = 1; i <= unreachable + functionErrors; i++) {
      failed.add(attempt(i, i <= unreachable ? UNREACHABLE : FUNCTION_ERROR));
    }
    return call(null, failed.toArray(new Attempt[0]));
  }
}
