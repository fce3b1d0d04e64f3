package fob.invoker;

import fob.call.Failure;
import fob.call.Reply;
import fob.function.Limits;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Names the limit that a function has reached. The function sees only what the system tells it,
 * such as "No space left on device"; its caller also needs to know which setting bounds it.
 */
final class LimitHints {

  /**
   * A limit.
   *
   * @param signs texts of the system and of runtimes, in lower case; one is enough
   * @param hint what bounds it, and what to do
   */
  private record Limit(List<String> signs, Function<Limits, String> hint) {}

  private static final List<Limit> LIMITS =
      List.of(
          new Limit(
              List.of(
                  "can't start new thread",
                  "unable to create native thread",
                  "resource temporarily unavailable",
                  "eagain"),
              LimitHints::processes),
          new Limit(
              List.of("no space left on device", "enospc", "file too large", "efbig"),
              LimitHints::temporary),
          new Limit(
              List.of("too many open files", "emfile"),
              _ -> "an instance may have 1024 open files and connections: close those not needed"),
          new Limit(
              List.of(
                  "memoryerror",
                  "outofmemoryerror",
                  "out of memory",
                  "cannot allocate memory",
                  "enomem"),
              LimitHints::memory));

  private LimitHints() {}

  /** Returns the outcome, with the limit in its message if the function failed because of one. */
  static RunOutcome explain(RunOutcome outcome, Limits limits) {
    if (outcome instanceof RunOutcome.Ended(Reply.Failed failed, var health, var log)
        && failed.failure() == Failure.FUNCTION_ERROR) {
      return hint(failed.message(), limits)
          .<RunOutcome>map(hint ->
              new RunOutcome.Ended(
                  new Reply.Failed(
                      failed.failure(), failed.message() + " (" + hint + ")", failed.error()),
                  health,
                  log))
          .orElse(outcome);
    }
    return outcome;
  }

  private static Optional<String> hint(String message, Limits limits) {
    String text = message.toLowerCase(Locale.ROOT);
    return LIMITS.stream()
        .filter(limit -> limit.signs().stream().anyMatch(text::contains))
        .map(limit -> limit.hint().apply(limits))
        .findFirst();
  }

  private static String processes(Limits limits) {
    return "the number of processes and threads of an instance is bounded: start fewer, or register"
        + " the function with more concurrency than "
        + limits.concurrency()
        + ", which allows two more for each";
  }

  private static String temporary(Limits limits) {
    return "/tmp and /dev/shm have %d MiB each, half of the memory: write less, or register the function with memory=%d"
        .formatted(limits.memoryMiB() / 2, more(limits));
  }

  private static String memory(Limits limits) {
    return "an instance has %d MiB of memory: use less, or register the function with memory=%d"
        .formatted(limits.memoryMiB(), more(limits));
  }

  private static int more(Limits limits) {
    return Math.min(2 * limits.memoryMiB(), Limits.MAX_MEMORY_MIB);
  }
}
