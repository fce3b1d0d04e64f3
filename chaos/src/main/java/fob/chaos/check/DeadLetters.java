package fob.chaos.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a call's dead letter has to be there, and says what is true. */
final class DeadLetters {

  /** How often an instance may go away under a call, as {@code RetryRules} has it. */
  private static final int MOST_UNREACHABLE = 5;

  private DeadLetters() {}

  static List<Violation> check(Case each) {
    Optional<Log.Response> first = each.first();
    boolean async = each.way().map(Way::isAsync).orElse(false);
    if (first.isEmpty()) {
      return List.of();
    }
    List<String> wrong = new ArrayList<>();
    boolean failed = async && !first.get().result().isOk();
    if (failed && each.dead.isEmpty()) {
      wrong.add("it failed, and there is no dead letter");
    }
    for (Log.Dead letter : each.dead) {
      if (!failed) {
        wrong.add("a dead letter of a call that did not fail");
      } else {
        each.function().flatMap(function -> untrue(letter, function)).ifPresent(wrong::add);
        if (each.responses.stream().noneMatch(r -> r.result().status().equals(letter.reason()))) {
          wrong.add("its dead letter says " + letter.reason() + ", which no response does");
        }
      }
    }
    return wrong.stream()
        .map(what -> each.violates(Invariant.DEAD_LETTERS_ARE_TRUE, what))
        .toList();
  }

  private static Optional<String> untrue(Log.Dead letter, Behaviour function) {
    return switch (letter.reason()) {
      case "function-error" ->
          function.raises()
              ? wrongCount(letter, function)
              : Optional.of("a function that never raises is said to have raised");
      case "timeout" -> wrongCount(letter, function);
      case "unreachable" ->
          letter.unreachable() == MOST_UNREACHABLE
              ? Optional.empty()
              : Optional.of("given up after an instance went away " + letter.unreachable() + "+1x");
      default -> Optional.of("given up as " + letter.reason() + ", which nothing here causes");
    };
  }

  private static Optional<String> wrongCount(Log.Dead letter, Behaviour function) {
    int attempts = letter.attempt() - letter.unreachable();
    return attempts == function.retries() + 1
        ? Optional.empty()
        : Optional.of(
            "%s: expected %d attempts that count, but there were %d"
                .formatted(letter.reason(), function.retries() + 1, attempts));
  }
}
