package fob.bench;

import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of {@link DensityBench}. */
final class DensityOptions {

  private static final int MAX_FUNCTIONS = 4_000;
  private static final int MAX_REGISTERED = 100_000;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--density",
      arity = "0..1",
      fallbackValue = "1000",
      paramLabel = "FUNCTIONS",
      description =
          "Measures so many functions instead: calls in turns to all of them beside calls to one in"
              + " another fob, the memory of an idle one, and what the first call of one that is"
              + " stopped costs; ${FALLBACK-VALUE} if not given.")
  private int functions;

  @Option(
      names = "--registered",
      paramLabel = "FUNCTIONS",
      description =
          "With --density: also starts gateways beside so many functions that are not running.")
  private int registered = 10_000;

  /**
   * Makes the measurements, if they were chosen.
   *
   * @return whether they were
   */
  boolean run(Report report, Duration time, Duration warmup, int rounds) throws Exception {
    Bench.require(spec, "--density", functions, 0, MAX_FUNCTIONS);
    Bench.require(spec, "--registered", registered, 0, MAX_REGISTERED);
    if (functions == 0) {
      return false;
    }
    new DensityBench(report, functions, time).run(warmup, rounds);
    new FirstCallBench(report).run();
    if (registered > 0) {
      new GatewayStartBench(report).run(registered, rounds);
    }
    return true;
  }
}
