package fob.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import fob.chaos.check.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short chaos run; {@code ./fob chaos} makes longer ones. */
@Timeout(600)
class ChaosIT {

  private static final Plan PLAN =
      new Plan(
          42,
          Duration.ofSeconds(75),
          1,
          List.of(
              Fault.KILL_INVOKER,
              Fault.FREEZE_DEPLOYER,
              Fault.KILL_BROKER,
              Fault.FREEZE_INVOKER,
              Fault.KILL_GATEWAY,
              Fault.KILL_FUNCTION),
          Duration.ofSeconds(4),
          Duration.ofMinutes(3));

  @Test
  void nothingAcceptedIsLostWhateverIsKilled(@TempDir Path folder) throws Exception {
    // Given
    Path home = Path.of(System.getProperty("fob.home", "..")).toAbsolutePath().normalize();

    // When
    ChaosRun.Outcome outcome = new ChaosRun(PLAN, folder, home, System.out::println).run();

    // Then
    System.out.println(outcome.summary());
    assertThat(outcome.violations()).isEmpty();
    assertThat(outcome.summary().lost()).isZero();
    assertThat(outcome.summary().ok()).isGreaterThan(500);
    assertThat(outcome.summary().dead()).isPositive();
    assertThat(outcome.summary().runs()).isGreaterThan(outcome.summary().ok() / 2);
    assertThat(outcome.summary().faults()).hasSizeGreaterThanOrEqualTo(3);
    assertThat(
            Stream.of("accepted", "answered")
                .flatMap(what ->
                    outcome.summary().events().keySet().stream().filter(e -> e.endsWith(what))))
        .hasSizeGreaterThanOrEqualTo(5);
  }
}
