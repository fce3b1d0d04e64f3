package fob.deployer;

import static org.assertj.core.api.Assertions.assertThat;

import fob.function.FunctionId;
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
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NameRulesTest {

  private static final FunctionName ADD = new FunctionName("add");
  private static final FunctionStatus READY = Fixtures.ready("i-1");
  private static final FunctionStatus DEPLOYING = new Deploying("starting");
  private static final FunctionStatus FAILED =
      new Failed(FunctionStatus.FailureReason.of("SyntaxError"));
  private static final Instant NOW = Instant.ofEpochMilli(99);

  private final SortedMap<Integer, FunctionState> versions = new TreeMap<>();
  private NameState name = deployFirst();

  private NameState deployFirst() {
    FunctionId id = put(1, DEPLOYING);
    return NameState.ofFirst(ADD, 1, id);
  }

  private FunctionId put(int number, FunctionStatus status) {
    FunctionSpec spec = Fixtures.spec("python", "add", number);
    versions.put(
        number,
        new FunctionState(spec, DEPLOYING).with(new Version(number, "user" + number)).with(status));
    return spec.id();
  }

  private void deploy(int number, FunctionStatus status) {
    put(number, status);
    settle();
  }

  private void becomes(int number, FunctionStatus status) {
    versions.computeIfPresent(number, (_, state) -> state.with(status));
    settle();
  }

  private void settle() {
    SortedMap<Integer, FunctionId> ids = Numbering.ids(versions);
    ids.putAll(name.versions());
    name = NameRules.settle(name.with(ids), versions, NOW).with(Numbering.ids(versions));
  }

  private void ask(String id, Weights weights) {
    name = NameRules.ask(name, new NameChange(id, NOW, "ada", weights), versions);
    settle();
  }

  private void remove(int number) {
    versions.remove(number);
    settle();
  }

  private void assertLeadsTo(int number) {
    assertThat(name.weights()).isEqualTo(Weights.allTo(number));
  }

  private static Weights canary() {
    return new Weights(new TreeMap<>(Map.of(1, 90, 2, 10)));
  }

  private void deployTwo() {
    becomes(1, READY);
    deploy(2, READY);
    assertLeadsTo(2);
  }

  @Test
  void theFirstVersionHasTheNameAtOnceAndTheHistoryTellsWhenItWasReady() {
    settle();
    assertLeadsTo(1);
    assertThat(name.history()).isEmpty();

    becomes(1, READY);

    assertThat(name.history())
        .containsExactly(
            new NameChange(
                Objects.requireNonNull(versions.get(1)).spec().id().toString(),
                NOW,
                "user1",
                Weights.allTo(1)));
  }

  @Test
  void aNewVersionGetsTheNameOnceItIsReady() {
    becomes(1, READY);
    deploy(2, DEPLOYING);
    assertLeadsTo(1);

    becomes(2, READY);

    assertLeadsTo(2);
    assertThat(name.history()).extracting(NameChange::by).containsExactly("user2", "user1");
  }

  @Test
  void aVersionThatFailsLeavesTheNameWhereItWas() {
    becomes(1, READY);
    deploy(2, DEPLOYING);

    becomes(2, FAILED);

    assertLeadsTo(1);
    assertThat(name.history()).hasSize(1);
  }

  @Test
  void ofTwoDeploymentsTheOlderOneGetsTheNameIfTheNewerOneFails() {
    becomes(1, READY);
    deploy(2, DEPLOYING);
    deploy(3, FAILED);

    becomes(2, READY);

    assertLeadsTo(2);
  }

  @Test
  void anOlderDeploymentThatIsReadyLaterDoesNotGetTheName() {
    becomes(1, READY);
    deploy(2, DEPLOYING);
    deploy(3, READY);

    becomes(2, READY);

    assertLeadsTo(3);
  }

  @Test
  void aRollbackIsARowInTheHistoryAndAnInstanceThatStartsAgainDoesNotUndoIt() {
    deployTwo();

    ask("back", Weights.allTo(1));
    assertLeadsTo(1);
    becomes(2, DEPLOYING);
    becomes(2, READY);

    assertLeadsTo(1);
    assertThat(name.history().getFirst())
        .isEqualTo(new NameChange("back", NOW, "ada", Weights.allTo(1)));
  }

  @Test
  void aRollbackAlsoCountsForWhatIsBeingDeployedAndNotForWhatIsDeployedLater() {
    deployTwo();
    deploy(3, DEPLOYING);

    ask("back", Weights.allTo(1));
    becomes(3, READY);
    assertLeadsTo(1);
    deploy(4, READY);

    assertLeadsTo(4);
  }

  @Test
  void aRollbackTakesEffectOnceItsVersionIsReady() {
    deployTwo();
    becomes(1, new Idle());

    ask("back", Weights.allTo(1));
    assertLeadsTo(2);
    assertThat(name.pending()).isNotNull();
    becomes(1, DEPLOYING);
    assertLeadsTo(2);
    becomes(1, READY);

    assertLeadsTo(1);
    assertThat(name.pending()).isNull();
  }

  @Test
  void aRollbackWhoseVersionFailsLeavesTheNameAndSaysWhy() {
    deployTwo();
    becomes(1, new Idle());
    ask("back", Weights.allTo(1));

    becomes(1, FAILED);

    assertLeadsTo(2);
    assertThat(name.pending()).isNull();
    assertThat(name.refused())
        .isEqualTo(new NameState.Refused("back", "add@1 has failed: SyntaxError"));
  }

  @Test
  void aChangeToWhatHasFailedOrIsNotThereIsRefused() {
    deployTwo();
    deploy(3, FAILED);

    ask("to-failed", Weights.allTo(3));
    assertThat(name.refused())
        .isEqualTo(new NameState.Refused("to-failed", "add@3 has failed: SyntaxError"));
    ask("to-none", Weights.allTo(9));

    assertThat(name.refused())
        .isEqualTo(
            new NameState.Refused("to-none", "there is no add@9; there are add@3, add@2, add@1"));
    assertLeadsTo(2);
  }

  @Test
  void aLaterChangeTakesThePlaceOfOneThatIsPending() {
    deployTwo();
    becomes(1, new Idle());
    ask("first", Weights.allTo(1));

    ask("second", Weights.allTo(2));

    assertLeadsTo(2);
    assertThat(name.history().getFirst().id()).isEqualTo("second");
    assertThat(name.refused())
        .isEqualTo(new NameState.Refused("first", "a later change of 'add' took its place"));
  }

  @Test
  void aVersionThatIsDeployedLaterTakesThePlaceOfAPendingChange() {
    deployTwo();
    becomes(1, new Idle());
    ask("back", Weights.allTo(1));

    deploy(3, READY);

    assertLeadsTo(3);
    assertThat(name.pending()).isNull();
    assertThat(name.refused()).isNotNull();
  }

  @Test
  void theWeightOfAVersionThatFailsGoesToTheOthers() {
    deployTwo();
    ask("canary", canary());

    becomes(2, FAILED);

    assertLeadsTo(1);
    assertThat(name.history().getFirst().by()).isEqualTo("fob");
    becomes(2, DEPLOYING);
    assertLeadsTo(1);
    becomes(2, READY);
    assertThat(name.weights()).isEqualTo(canary());
    assertThat(name.history().getFirst().by()).isEqualTo("fob");
  }

  @Test
  void ofSeveralVersionsThatHaveFailedEachGetsItsShareBackWhenItIsReady() {
    deployTwo();
    deploy(3, READY);
    ask("thirds", new Weights(new TreeMap<>(Map.of(1, 60, 2, 30, 3, 10))));
    becomes(2, FAILED);
    becomes(1, FAILED);
    assertLeadsTo(3);

    becomes(1, READY);
    assertThat(name.weights()).isEqualTo(new Weights(new TreeMap<>(Map.of(1, 85, 3, 15))));
    remove(2);
    assertThat(name.weights()).isEqualTo(new Weights(new TreeMap<>(Map.of(1, 85, 3, 15))));
  }

  @Test
  void aVersionThatFailedAfterARollbackGetsTheNameBack() {
    deployTwo();
    ask("back", Weights.allTo(1));

    becomes(1, FAILED);
    assertLeadsTo(2);
    becomes(1, READY);

    assertLeadsTo(1);
  }

  @Test
  void aShareDoesNotComeBackIfSomebodyHasDecidedOtherwise() {
    deployTwo();
    ask("canary", canary());
    becomes(2, FAILED);
    ask("all", Weights.allTo(1));

    becomes(2, READY);

    assertLeadsTo(1);
    assertThat(name.history().getFirst().by()).isEqualTo("ada");
  }

  @Test
  void aChangeThatIsRefusedDecidesNothingAboutWhatIsBeingDeployed() {
    deployTwo();
    becomes(1, new Idle());
    deploy(3, DEPLOYING);
    deploy(4, DEPLOYING);
    ask("back", Weights.allTo(1));
    becomes(3, READY);
    assertLeadsTo(2);

    becomes(1, FAILED);

    assertThat(name.refused()).isNotNull().matches(refused -> refused.id().equals("back"));
    assertLeadsTo(3);
    becomes(4, READY);
    assertLeadsTo(4);
  }

  @Test
  void aChangeThatTakesThePlaceOfARefusedOneDecidesAsUsual() {
    deployTwo();
    becomes(1, new Idle());
    deploy(3, DEPLOYING);
    ask("back", Weights.allTo(1));
    ask("stay", Weights.allTo(2));

    becomes(3, READY);

    assertLeadsTo(2);
  }

  @Test
  void ifTheNewestVersionFailsTheOneBeforeHasTheNameUntilItIsReadyAgain() {
    deployTwo();

    becomes(2, FAILED);
    assertLeadsTo(1);
    becomes(2, READY);

    assertLeadsTo(2);
  }

  @Test
  void afterTheRemovalOfTheVersionThatHasTheNameTheBestOneHasIt() {
    deployTwo();
    deploy(3, FAILED);

    remove(2);

    assertLeadsTo(1);
    assertThat(name.last()).isEqualTo(3);
  }

  @Test
  void aNameWhoseVersionsHaveAllFailedLeadsToTheNewestDeployment() {
    becomes(1, FAILED);
    assertLeadsTo(1);

    deploy(2, DEPLOYING);

    assertLeadsTo(2);
  }
}
