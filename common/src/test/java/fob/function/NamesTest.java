package fob.function;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NamesTest {

  private static final FunctionName ADD = new FunctionName("add");
  private static final FunctionStatus DEPLOYING = new FunctionStatus.Deploying("starting");
  private static final FunctionStatus FAILED =
      new FunctionStatus.Failed(FunctionStatus.FailureReason.of("SyntaxError"));
  private static final FunctionStatus READY =
      new FunctionStatus.Ready(List.of(new Instance("1", URI.create("unix:/run/1"))));

  private final FunctionSpec one = version(ADD, 1);
  private final FunctionSpec two = version(ADD, 2);
  private final FunctionSpec three = version(ADD, 3);

  private static FunctionSpec version(@Nullable FunctionName name, long registered) {
    return new FunctionSpec(
        FunctionId.random(),
        "python",
        name,
        Limits.DEFAULT,
        "0".repeat(64),
        1,
        Instant.ofEpochMilli(registered));
  }

  private static FunctionState state(FunctionSpec spec, FunctionStatus status) {
    return new FunctionState(spec, status);
  }

  private static void assertTarget(FunctionSpec expected, FunctionState... states) {
    assertThat(Names.target(ADD, Stream.of(states))).contains(expected.id());
    assertThat(Names.target(ADD, List.of(states).reversed().stream())).contains(expected.id());
  }

  @Test
  void theNewestVersionThatIsReadyHasTheName() {
    assertTarget(two, state(one, READY), state(two, READY), state(three, DEPLOYING));
  }

  @Test
  void aVersionThatFailsDoesNotTakeTheName() {
    assertTarget(one, state(one, READY), state(two, FAILED));
  }

  @Test
  void anInstanceThatIsReplacedDoesNotMoveTheName() {
    assertTarget(two, state(one, READY), state(two, READY).with(DEPLOYING));
  }

  @Test
  void aVersionThatServedAndHasFailedSinceLosesTheName() {
    assertTarget(one, state(one, READY), state(two, READY).with(FAILED));
  }

  @Test
  void aVersionThatHasFailedTakesTheNameBackOnceItIsReady() {
    // Given
    FunctionState starting = state(two, READY).with(FAILED).with(DEPLOYING);

    // Then
    assertTarget(one, state(one, READY), starting);
    assertTarget(two, state(one, READY), starting.with(READY));
  }

  @Test
  void theFirstVersionHasTheNameAtOnce() {
    assertTarget(one, state(one, DEPLOYING));
    assertTarget(one, state(one, FAILED));
  }

  @Test
  void whereNoneWasReadyTheNewestOneThatMayStillBecomeSoHasTheName() {
    assertTarget(two, state(one, DEPLOYING), state(two, DEPLOYING), state(three, FAILED));
    assertTarget(three, state(one, FAILED), state(three, FAILED));
  }

  @Test
  void aVersionWithoutNameTakesNone() {
    assertThat(Names.target(ADD, Stream.of(state(version(null, 1), READY)))).isEmpty();
    assertThat(Names.target(ADD, Stream.of())).isEmpty();
  }
}
