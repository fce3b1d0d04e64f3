package fob.bench;

import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of measurements of partitions and their owners. */
final class ShardOptions {

  private static final int MAX_SLOW_SECONDS = 600;
  private static final int RATE = 2_000;
  private static final int MAX_RATE = 100_000;
  private static final int MAX_FLOOD = 1_000_000;

  /** An invoker starts within some seconds, and a killed one is missed after 6 s. */
  private static final int REBALANCE_TIMES = 4;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--slow-call",
      arity = "0..1",
      fallbackValue = "60",
      paramLabel = "SECONDS",
      description =
          "Measures calls beside one in the same partition that takes so many seconds, and without"
              + " it; ${FALLBACK-VALUE} if not given.")
  private int slowCall;

  @Option(
      names = "--rate",
      paramLabel = "CALLS",
      description =
          "Also calls fob at a steady rate of so many calls a second, by the largest number of"
              + " clients. With --slow-call: the rate of the other calls, 2000 if not given.")
  private int rate;

  @Option(
      names = "--flood",
      arity = "0..1",
      fallbackValue = "20000",
      paramLabel = "CALLS",
      description =
          "Measures synchronous calls of a function beside so many asynchronous ones of it, with two"
              + " invokers, and counts how many run at a time; ${FALLBACK-VALUE} if not given.")
  private int flood;

  @Option(
      names = "--rebalance",
      description =
          "Measures how long synchronous clients wait while invokers join, stop and are killed, with"
              + " 64 partitions. Each measurement takes four times --seconds.")
  private boolean rebalance;

  @Option(
      names = "--invokers",
      split = ",",
      paramLabel = "COUNT",
      description =
          "Measures calls of a function that waits 50 ms by these numbers of invokers, such as 1,2,4.")
  private List<Integer> invokers = List.of();

  /** Returns the steady rate in calls a second; 0 if none was given. */
  int rate() {
    return rate;
  }

  /**
   * Makes the measurement that was chosen.
   *
   * @return whether one was chosen
   */
  boolean run(Report report, Duration time, Duration warmup, int rounds) throws Exception {
    Bench.require(spec, "--slow-call", slowCall, 0, MAX_SLOW_SECONDS);
    Bench.require(spec, "--rate", rate, 0, MAX_RATE);
    Bench.require(spec, "--flood", flood, 0, MAX_FLOOD);
    for (int count : invokers) {
      Bench.require(spec, "--invokers", count, 1, InvokersBench.PARTITIONS);
    }
    if (slowCall > 0) {
      try (ForkedFob fob = ForkedFob.start()) {
        new SlowCallBench(fob, report, rate > 0 ? rate : RATE)
            .run(Duration.ofSeconds(slowCall), warmup);
      }
    } else if (flood > 0) {
      new FloodBench(report, time).run(flood, warmup, rounds);
    } else if (rebalance) {
      new RebalanceBench(report, time.multipliedBy(REBALANCE_TIMES)).run(warmup, rounds);
    } else if (!invokers.isEmpty()) {
      new InvokersBench(report, time).run(invokers, warmup, rounds);
    } else {
      return false;
    }
    return true;
  }
}
