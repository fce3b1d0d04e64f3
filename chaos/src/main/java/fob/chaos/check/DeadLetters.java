package fob.chaos.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks that a call has a dead letter if it has to, and that the dead letter is right. */
final class DeadLetters {

  /** The number of attempts that may fail as unreachable, as in {@code RetryRules}. */
  private static final int MOST_UNREACHABLE = 5;

  private DeadLetters() {}

  static List<Violation> check(CallTrace trace) {
    Optional<Log.Response> first = trace.first();
    boolean async = trace.kind().map(CallKind::isAsync).orElse(false);
    if (first.isEmpty()) {
      return List.of();
    }
    List<String> wrong = new ArrayList<>();
    boolean failed = async && !first.get().result().isOk();
    if (failed && trace.dead.isEmpty()) {
      wrong.add("it failed, but has no dead letter");
    }
    for (Log.Dead letter : trace.dead) {
      if (!failed) {
        wrong.add("it did not fail, but has a dead letter");
      } else {
        trace.function().flatMap(function -> untrue(letter, function)).ifPresent(wrong::add);
        if (trace.responses.stream().noneMatch(r -> r.result().status().equals(letter.reason()))) {
          wrong.add("no response has the reason of its dead letter, " + letter.reason());
        }
      }
    }
    return wrong.stream()
        .map(what -> trace.violates(Invariant.DEAD_LETTERS_ARE_TRUE, what))
        .toList();
  }

  private static Optional<String> untrue(Log.Dead letter, Behaviour function) {
    return switch (letter.reason()) {
      case "function-error" ->
          function.raises()
              ? wrongCount(letter, function)
              : Optional.of("its dead letter says that a function raised that never does");
      case "timeout" -> wrongCount(letter, function);
      case "unreachable" ->
          letter.unreachable() == MOST_UNREACHABLE
              ? Optional.empty()
              : Optional.of(
                  "it was given up after %d unreachable attempts, expected %d"
                      .formatted(letter.unreachable() + 1, MOST_UNREACHABLE + 1));
      default -> Optional.of("no function or fault here causes the reason " + letter.reason());
    };
  }

  private static Optional<String> wrongCount(Log.Dead letter, Behaviour function) {
    int attempts = letter.attempt() - letter.unreachable();
    return attempts == function.retries() + 1
        ? Optional.empty()
        : Optional.of(
            "%s: expected %d attempts that reached an instance, but there were %d"
                .formatted(letter.reason(), function.retries() + 1, attempts));
  }
}
