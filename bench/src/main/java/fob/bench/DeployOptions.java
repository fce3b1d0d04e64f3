package fob.bench;

import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of {@link DeploysBench}. */
final class DeployOptions {

  private static final int MAX_DEPLOYS = 1_000;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--deploys",
      arity = "0..1",
      fallbackValue = "50",
      paramLabel = "COUNT",
      description =
          "Counts instead the calls by a name that fail while so many versions of it are deployed,"
              + " with a rollback after each fifth; ${FALLBACK-VALUE} if not given.")
  private int deploys;

  /**
   * Makes the measurement, if it was chosen.
   *
   * @return whether it was
   */
  boolean run(Report report, Duration time, Duration warmup, int clients) throws Exception {
    Bench.require(spec, "--deploys", deploys, 0, MAX_DEPLOYS);
    if (deploys == 0) {
      return false;
    }
    try (ForkedFob fob = ForkedFob.start()) {
      new DeploysBench(fob.http(), report, clients).run(deploys, warmup, time);
    }
    return true;
  }
}
