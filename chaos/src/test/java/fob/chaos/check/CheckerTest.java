package fob.chaos.check;

import static fob.chaos.check.Histories.at;
import static fob.chaos.check.Histories.echo;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The checker accepts a good history, and finds the violation in each changed one. */
class CheckerTest {

  private final Histories run = Histories.good();

  private List<Invariant> violated() {
    return run.check().stream().map(Violation::invariant).distinct().toList();
  }

  @Test
  void goodHistoryHasNoViolation() {
    assertThat(run.check()).isEmpty();
  }

  @Test
  void droppedResponseIsALostCall() {
    // When
    run.responses.removeIf(response -> response.id().equals(Histories.FLAKY));

    // Then
    assertThat(violated()).containsExactly(Invariant.ACCEPTED_IS_ANSWERED);
    assertThat(run.check().getFirst().toString())
        .contains("invariant 1 ", Histories.FLAKY, "async1-1", "Accepted");
  }

  @Test
  void acknowledgedCallThatIsNowhereIsLost() {
    // When
    run.calls.removeIf(call -> call.id().equals(Histories.KEYED));
    run.responses.removeIf(response -> response.id().equals(Histories.KEYED));
    run.runs.removeIf(execution -> execution.id().equals(Histories.KEYED));

    // Then
    assertThat(violated()).containsExactly(Invariant.ACCEPTED_IS_ANSWERED);
  }

  @Test
  void callInTheLogThatNobodyWasToldOfMustEndToo() {
    // When
    run.events.add(new Event.Invoked(at(40), "kafka-9", CallKind.ASYNC_KAFKA, Behaviour.ECHO));
    run.events.add(new Event.Unknown(at(41), "kafka-9", "timed out"));
    run.calls.add(new Log.Call(at(40.5), "kafka-9", "kafka-9"));

    // Then
    assertThat(violated()).containsExactly(Invariant.BOOKS_BALANCE);
  }

  @Test
  void callThatIsAnsweredButNotInTheLogUnbalancesTheBooks() {
    // When
    run.calls.removeIf(call -> call.id().equals(Histories.SYNC));

    // Then
    assertThat(violated()).containsExactly(Invariant.BOOKS_BALANCE);
  }

  @Test
  void gatewayThatTellsAnotherResultIsFound() {
    // When
    run.events.add(new Event.LookedUp(at(101), "two", Histories.TWICE, echo("kafka-1", 4), true));

    // Then
    assertThat(violated()).containsExactly(Invariant.READERS_AGREE);
  }

  @Test
  void gatewayThatDoesNotKnowWhatWasAcceptedIsFound() {
    // When
    run.events.add(new Event.LookedUp(at(2.1), "two", Histories.FLAKY, Result.UNKNOWN, false));

    // Then
    assertThat(violated()).containsExactly(Invariant.READERS_AGREE);
  }

  @Test
  void callThatIsStillGoingAtTheEndForOneReaderIsFound() {
    // When
    run.events.add(new Event.LookedUp(at(101), "two", Histories.FLAKY, Result.IN_PROGRESS, true));

    // Then
    assertThat(violated()).containsExactly(Invariant.READERS_AGREE);
  }

  @Test
  void resultOfAnotherCallIsFound() {
    // When
    run.changeResponse(Histories.SYNC, _ -> echo("steady1-11", 1));

    // Then
    assertThat(violated())
        .contains(Invariant.RESULT_IS_ITS_OWN)
        .contains(Invariant.CALLER_HEARD_THE_RESULT);
  }

  @Test
  void resultThatIsNotTheFirstResponseIsFoundByItsReaders() {
    // When
    run.changeResponse(Histories.FLAKY, _ -> echo("async1-1", 99));

    // Then
    assertThat(violated()).containsExactly(Invariant.READERS_AGREE);
  }

  @Test
  void inventedResponseIsFound() {
    // When
    run.responses.add(new Log.Response(at(50), "of-nobody", 1, echo("x", 1)));

    // Then
    assertThat(violated()).containsExactly(Invariant.NOTHING_INVENTED);
  }

  @Test
  void responseToARefusedRequestNeedsAClient() {
    // Given
    run.refused.add(new Log.Call(at(1.01), "too-late", "steady1-1"));
    run.responses.add(new Log.Response(at(50), "too-late", 1, new Result("expired", "too late")));

    // Then
    assertThat(violated()).isEmpty();

    // When
    run.refused.add(new Log.Call(at(50), "ghost", "ghost-1"));
    run.responses.add(new Log.Response(at(50), "ghost", 1, new Result("expired", "too late")));

    // Then
    assertThat(violated()).containsExactly(Invariant.NOTHING_INVENTED);
  }

  @Test
  void callThatNoClientMadeIsFound() {
    // When
    run.calls.add(new Log.Call(at(50), "ghost", "ghost-1"));
    run.responses.add(new Log.Response(at(50), "ghost", 1, echo("ghost-1", 1)));

    // Then
    assertThat(violated()).containsExactly(Invariant.NOTHING_INVENTED);
  }

  @Test
  void callerWhoWasToldSomethingElseIsFound() {
    // When
    run.events.add(new Event.Answered(at(1.05), "steady1-1", Histories.SYNC, echo("steady1-1", 7)));

    // Then
    assertThat(violated()).containsExactly(Invariant.CALLER_HEARD_THE_RESULT);
  }

  @Test
  void secondResponseWithAnotherValueNeedsAFault() {
    // When
    run.responses.add(new Log.Response(at(1.5), Histories.SYNC, 1, echo("steady1-1", 2)));

    // Then
    assertThat(violated()).containsExactly(Invariant.ANSWERED_ONCE);
  }

  @Test
  void secondResponseIsNotExplainedByAFaultThatRepeatsNothing() {
    // Given
    run.events.removeIf(event ->
        event instanceof Event.FaultInjected fault && fault.fault() == Fault.FREEZE_INVOKER);

    // When
    run.events.add(new Event.FaultInjected(at(20), at(30), Fault.KILL_FUNCTION, "process 1"));

    // Then
    assertThat(violated()).containsExactly(Invariant.ANSWERED_ONCE, Invariant.RUN_ONCE);
  }

  @Test
  void furtherRunNeedsAFault() {
    // When
    run.runs.add(new Log.Execution(at(3.15), Histories.FLAKY, "async1-1"));

    // Then
    assertThat(violated()).containsExactly(Invariant.RUN_ONCE);
  }

  @Test
  void keyWithTwoIdsIsFound() {
    // When
    run.calls.add(new Log.Call(at(6.4), "id-other", "keyed-1"));
    run.responses.add(new Log.Response(at(6.5), "id-other", 1, echo("keyed-1", 4)));

    // Then
    assertThat(violated()).containsExactly(Invariant.ONE_KEY_ONE_CALL);
  }

  @Test
  void deadLetterOfACallThatSucceededIsFound() {
    // When
    run.dead.add(new Log.Dead(at(3.3), Histories.FLAKY, "function-error", 5, 0));

    // Then
    assertThat(violated()).containsExactly(Invariant.DEAD_LETTERS_ARE_TRUE);
  }

  @Test
  void failureWithoutADeadLetterIsFound() {
    // When
    run.dead.clear();

    // Then
    assertThat(violated()).containsExactly(Invariant.DEAD_LETTERS_ARE_TRUE);
  }

  @Test
  void deadLetterWithAWrongReasonIsFound() {
    for (String reason : List.of("expired", "not-found", "timeout", "unreachable")) {
      // When
      run.dead.set(0, new Log.Dead(at(4.2), Histories.DEAD, reason, 2, 0));

      // Then
      assertThat(violated()).as(reason).containsExactly(Invariant.DEAD_LETTERS_ARE_TRUE);
    }
  }

  @Test
  void deadLetterAfterTooFewAttemptsIsFound() {
    // When
    run.dead.set(0, new Log.Dead(at(4.2), Histories.DEAD, "function-error", 1, 0));

    // Then
    assertThat(violated()).containsExactly(Invariant.DEAD_LETTERS_ARE_TRUE);
  }

  @Test
  void attemptsThatEndedWithTheInstanceDoNotCountAsTheFunctions() {
    // When
    run.dead.set(0, new Log.Dead(at(4.2), Histories.DEAD, "function-error", 4, 2));

    // Then
    assertThat(run.check()).isEmpty();
  }

  @Test
  void refusedCallThatIsInTheLogIsFound() {
    // When
    run.calls.add(new Log.Call(at(7.05), "id-refused", "sync-1"));
    run.responses.add(new Log.Response(at(7.06), "id-refused", 1, echo("sync-1", 1)));

    // Then
    assertThat(violated()).containsExactly(Invariant.REFUSED_IS_NOT_RUN);
  }

  @Test
  void deployerThatWritesAfterItsSuccessorIsFound() {
    // When
    run.wrote(75, "fob-one");
    run.wrote(76, "fob-two");

    // Then
    assertThat(violated()).containsExactly(Invariant.ONE_DEPLOYER);
    assertThat(run.check()).hasSize(2);
    assertThat(run.check().getFirst().toString()).contains("invariant 12 ", "fob-one");
  }

  @Test
  void synchronousCallsWithOneKeyAndTwoIdsAreFound() {
    // When
    run.events.add(new Event.Answered(at(8), "keyed-1", Histories.SYNC, echo("steady1-1", 1)));

    // Then
    assertThat(violated()).contains(Invariant.ONE_KEY_ONE_CALL);
  }
}
