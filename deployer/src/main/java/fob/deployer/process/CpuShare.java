package fob.deployer.process;

import fob.function.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processor time of an instance: at most its cores, and in proportion to them when the machine
 * is busy, however many threads it has. Immutable.
 *
 * @param millis thousandths of a core
 */
record CpuShare(int millis) {

  private static final Logger LOGGER = LoggerFactory.getLogger(CpuShare.class);

  /** The kernel gives the time out anew in each period. */
  private static final int PERIOD_US = 100_000;

  private static final int ONE_CORE = 1000;
  private static final int SHARES_OF_A_CORE = 1024; // version 1; that of an ordinary process
  private static final int FEWEST_SHARES = 2;
  private static final int WEIGHT_OF_A_CORE = 100; // version 2
  private static final int WEIGHT_OF_FOB = 10 * WEIGHT_OF_A_CORE;

  private static final int LEAST_NICE = 1;
  private static final int MOST_NICE = 19;
  private static final int NICE_OF_A_CORE = 5;

  /** Each step of the nice value changes the kernel's weight by this factor. */
  private static final double NICE_STEP = 1.25;

  static CpuShare of(Limits limits) {
    return new CpuShare(limits.cpuMillis());
  }

  /**
   * Bounds a control group.
   *
   * @param unified whether it is one of version 2
   */
  void write(Path group, boolean unified) throws IOException {
    int quota = millis * (PERIOD_US / ONE_CORE);
    if (unified) {
      int weight = Math.max(1, millis * WEIGHT_OF_A_CORE / ONE_CORE);
      Files.writeString(group.resolve("cpu.weight"), Integer.toString(weight));
      Files.writeString(group.resolve("cpu.max"), quota + " " + PERIOD_US);
    } else {
      int shares = Math.max(FEWEST_SHARES, millis * SHARES_OF_A_CORE / ONE_CORE);
      Files.writeString(group.resolve("cpu.shares"), Integer.toString(shares));
      Files.writeString(group.resolve("cpu.cfs_period_us"), Integer.toString(PERIOD_US));
      try {
        Files.writeString(group.resolve("cpu.cfs_quota_us"), Integer.toString(quota));
      } catch (IOException refused) {
        // Version 1 refuses more than a group above may use, which then is the bound.
        LOGGER.atDebug().addKeyValue("group", group).setCause(refused).log("no quota of its own");
      }
    }
  }

  /**
   * Lets fob be served before functions, in version 2: they weigh as much as ten functions of one
   * core.
   */
  static void ofFob(Path group) throws IOException {
    Files.writeString(group.resolve("cpu.weight"), Integer.toString(WEIGHT_OF_FOB));
  }

  /**
   * Lets all functions together weigh as much as one thread on each core, in version 1. There fob's
   * own threads are beside this group, and each weighs as much.
   */
  static void ofAllFunctions(Path group) throws IOException {
    int shares = SHARES_OF_A_CORE * Runtime.getRuntime().availableProcessors();
    Files.writeString(group.resolve("cpu.shares"), Integer.toString(shares));
  }

  /** Returns arguments that, before a command, let it yield to fob where no group bounds it. */
  List<String> nice() {
    double steps = Math.log((double) ONE_CORE / millis) / Math.log(NICE_STEP);
    long nice = Math.clamp(NICE_OF_A_CORE + Math.round(steps), LEAST_NICE, MOST_NICE);
    return List.of("nice", "-n", Long.toString(nice));
  }
}
