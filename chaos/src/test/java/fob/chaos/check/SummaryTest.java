package fob.chaos.check;

import static fob.chaos.check.Histories.at;
import static fob.chaos.check.Histories.echo;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SummaryTest {

  private final Histories run = Histories.good();

  private Summary summary() {
    return Summary.of(run.events, run.log());
  }

  @Test
  void callsAreCountedByTheirFirstResponse() {
    // When
    Summary summary = summary();

    // Then
    assertThat(summary.calls()).isEqualTo(5);
    assertThat(summary.ok()).isEqualTo(4);
    assertThat(summary.failed()).isEqualTo(1);
    assertThat(summary.dead()).isEqualTo(1);
    assertThat(summary.runs()).isEqualTo(8);
    assertThat(summary.lost()).isZero();
    assertThat(summary.events()).containsEntry("KEYED_HTTP invoked", 3L);
    assertThat(summary.faults())
        .containsOnly(Map.entry(Fault.FREEZE_INVOKER, 1L), Map.entry(Fault.FREEZE_DEPLOYER, 1L));
  }

  @Test
  void repetitionsAreCountedByTheirCause() {
    assertThat(summary().answeredAgain()).containsExactly(Map.entry("invoker frozen", 1));
    assertThat(summary().runAgain()).containsExactly(Map.entry("invoker frozen", 1));
  }

  @Test
  void lostCallIsCounted() {
    // When
    run.responses.removeIf(response -> response.id().equals(Histories.KEYED));

    // Then
    assertThat(summary().lost()).isEqualTo(1);
  }

  @Test
  void outageIsTheLongestGapThatAFaultWasPartOf() {
    // When
    for (double second : new double[] {19, 21, 29, 31}) {
      run.events.add(
          new Event.Answered(at(second), "steady2-1", Histories.SYNC, echo("steady1-1", 1)));
    }

    // Then
    assertThat(summary().outages())
        .containsExactly(Map.entry(Fault.FREEZE_INVOKER, Duration.ofSeconds(8)));
  }
}
