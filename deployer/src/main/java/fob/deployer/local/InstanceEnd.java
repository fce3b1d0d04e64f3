package fob.deployer.local;

import fob.deployer.EndReason;
import fob.deployer.Ending;
import fob.function.Limits;
import fob.service.Durations;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How an instance has ended.
 *
 * @param lastLines the last lines of its log, few and short
 * @param refused set if it could not be started, by no fault of the function's
 * @param harmful whether it did something that harms other functions
 */
record InstanceEnd(
    Ending why, List<String> lastLines, Optional<StartRefused> refused, boolean harmful) {

  /** The driver's exit code after a call that did not end within its timeout. */
  private static final int STUCK = 75;

  /** The driver's exit code when it cannot serve any more. */
  private static final int CANNOT_SERVE = 76;

  private static final int SIGNALLED = 128;
  private static final int SIGKILL = 9;
  private static final int SIGALRM = 14;
  private static final Map<Integer, String> SIGNALS =
      Map.of(
          4, "illegal instruction",
          6, "abort",
          7, "bus error",
          8, "arithmetic error",
          11, "segmentation fault",
          15, "terminated",
          25, "a file grew too large",
          31, "bad system call");

  InstanceEnd {
    lastLines = List.copyOf(lastLines);
  }

  InstanceEnd(Ending why, List<String> lastLines) {
    this(why, lastLines, Optional.empty(), false);
  }

  static InstanceEnd notStarted(String why) {
    return new InstanceEnd(
        Ending.notStarted("the sandbox could not be started: " + why), List.of());
  }

  /** The end of a sandbox whose exit code is not known. */
  static InstanceEnd lost(String why, List<String> lastLines) {
    return new InstanceEnd(Ending.other(why), lastLines);
  }

  static InstanceEnd refused(StartRefused refused) {
    Ending why = Ending.notStarted(refused.reason());
    return new InstanceEnd(why, List.of(), Optional.of(refused), false);
  }

  static InstanceEnd of(SandboxExit.Code exit, Limits limits, List<String> lastLines) {
    Ending why = describe(exit, limits);
    return new InstanceEnd(new Ending(why.reason(), why.text() + advice(exit, limits)), lastLines);
  }

  private static Ending describe(SandboxExit.Code exit, Limits limits) {
    if (exit.outOfMemory() && exit.code() == SIGNALLED + SIGKILL) {
      return new Ending(
          EndReason.OUT_OF_MEMORY,
          "it was killed: out of its " + limits.memoryMiB() + " MiB of memory");
    }
    if (exit.code() == STUCK) {
      return new Ending(
          EndReason.TIMEOUT,
          "a call did not end within its timeout of " + Durations.text(limits.timeout()));
    }
    if (exit.code() == CANNOT_SERVE) {
      return new Ending(
          EndReason.UNHEALTHY,
          "its driver could serve no more: the function has closed what it needs, or used up its"
              + " memory");
    }
    if (exit.code() <= SIGNALLED) {
      return new Ending(
          EndReason.EXIT, "the process ended by itself with exit code " + exit.code());
    }
    int signal = exit.code() - SIGNALLED;
    return switch (signal) {
      case SIGALRM ->
          new Ending(
              EndReason.TIMEOUT,
              "a call held the interpreter past its timeout of "
                  + Durations.text(limits.timeout())
                  + ", or the function set an alarm of its own");
      case SIGKILL ->
          new Ending(
              EndReason.SIGNAL,
              "the process ended with signal 9 (killed: perhaps out of its %d MiB of memory)"
                  .formatted(limits.memoryMiB()));
      default ->
          new Ending(
              EndReason.SIGNAL,
              "the process ended with signal %d (%s)"
                  .formatted(signal, SIGNALS.getOrDefault(signal, "see man 7 signal")));
    };
  }

  /** Returns what the user can do if a bound of the function was reached. */
  private static String advice(SandboxExit.Code exit, Limits limits) {
    StringBuilder advice = new StringBuilder();
    if (exit.outOfMemory() || exit.code() == SIGNALLED + SIGKILL) {
      int more = Math.min(2 * limits.memoryMiB(), Limits.MAX_MEMORY_MIB);
      advice.append("; if it needs more memory, register it with memory=").append(more);
    }
    if (exit.outOfProcesses()) {
      int more = Math.min(2 * limits.concurrency(), Limits.MAX_CONCURRENCY);
      advice.append(
          "; it had used up its %d processes and threads: let it start fewer, or register it with concurrency=%d"
              .formatted(Bounds.mostProcesses(limits), more));
    }
    return advice.toString();
  }

  /** Returns the reason with the last lines of the log. */
  String inFull() {
    return lastLines.isEmpty()
        ? why.text()
        : why.text() + "; its log ends: " + String.join(" | ", lastLines);
  }
}
