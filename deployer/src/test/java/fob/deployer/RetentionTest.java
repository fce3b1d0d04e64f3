package fob.deployer;

import static org.assertj.core.api.Assertions.assertThat;

import fob.function.FunctionName;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.FunctionStatus.Deploying;
import fob.function.FunctionStatus.Failed;
import fob.function.FunctionStatus.Idle;
import fob.function.NameChange;
import fob.function.NameState;
import fob.function.Version;
import fob.function.Weights;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RetentionTest {

  private static final Instant NOW = Instant.ofEpochMilli(99);
  private static final FunctionStatus READY = Fixtures.ready("i-1");
  private static final FunctionStatus FAILED =
      new Failed(FunctionStatus.FailureReason.of("SyntaxError"));

  private final SortedMap<Integer, FunctionState> versions = new TreeMap<>();

  private void deploy(FunctionStatus... statuses) {
    for (FunctionStatus status : statuses) {
      int number = versions.size() + 1;
      versions.put(number, new FunctionState(Fixtures.spec("python", "add", number), status));
    }
  }

  private NameState leadsTo(int number) {
    NameState first =
        NameState.ofFirst(
                new FunctionName("add"), 1, Objects.requireNonNull(versions.get(1)).spec().id())
            .with(Numbering.ids(versions));
    return first
        .changed(new NameChange("change", NOW, "ada", Weights.allTo(number)))
        .decidedUpTo(first.last());
  }

  @Test
  void theNewestVersionsStayAndThatWhichHasTheName() {
    deploy(READY, READY, READY, READY, READY);

    assertThat(Retention.surplus(leadsTo(5), versions, 3)).containsExactly(1, 2);
    assertThat(Retention.surplus(leadsTo(1), versions, 3)).containsExactly(2);
    assertThat(Retention.surplus(leadsTo(5), versions, 5)).isEmpty();
  }

  @Test
  void aVersionThatIsToGetTheNameStays() {
    deploy(READY, READY, READY);
    NameState pending = leadsTo(3).asking(new NameChange("back", NOW, "ada", Weights.allTo(1)));

    assertThat(Retention.surplus(pending, versions, 1)).containsExactly(2);
    assertThat(Retention.surplus(leadsTo(1).decidedUpTo(1), versions, 1)).isEmpty();
  }

  @Test
  void deploymentsThatFailPushNoneOutAndAsManyOfThemStay() {
    deploy(READY, READY, FAILED, FAILED, FAILED, FAILED);

    assertThat(Retention.surplus(leadsTo(2), versions, 2)).containsExactly(3, 4);
  }

  @Test
  void aVersionIsRetiredFromWhenTheNameLeavesItUntilItReturns() {
    deploy(READY, READY);
    Version never = new Version(1, "ada");

    Version left = Retention.place(leadsTo(2), 1, never, false, NOW);
    assertThat(left).isEqualTo(new Version(1, "ada", NOW, false));
    assertThat(Retention.place(leadsTo(2), 1, left, true, NOW.plusSeconds(9)))
        .isEqualTo(new Version(1, "ada", NOW, true));
    assertThat(Retention.place(leadsTo(1), 1, left, false, NOW)).isEqualTo(never);
    assertThat(Retention.place(leadsTo(1).decidedUpTo(1), 2, null, false, NOW).retired()).isNull();
  }

  @Test
  void aVersionIsRemovedWhenNoAcceptedCallCanWaitForItAndNoneRuns() {
    FunctionSpec spec = Fixtures.spec("python", "add", 1);
    FunctionState state =
        new FunctionState(spec, new Idle()).with(new Version(1, "ada", NOW, true));

    assertThat(Retention.removableFrom(state))
        .isEqualTo(NOW.plus(spec.retry().maxAge()).plus(spec.limits().timeout()));
    assertThat(Retention.removableFrom(state.with(new Version(1, "ada"))))
        .isEqualTo(spec.registered().plus(Duration.ofHours(1)).plusSeconds(30));
    assertThat(Retention.isUnused(state)).isTrue();
    assertThat(Retention.isUnused(state.with(READY))).isFalse();
    assertThat(Retention.isUnused(state.with(new Deploying("starting")))).isFalse();
  }
}
