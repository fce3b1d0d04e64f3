package fob.chaos.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What was answered or run more often than it should be, and why. */
final class Repetitions {

  private final Cases cases;

  Repetitions(Cases cases) {
    this.cases = cases;
  }

  /** How many responses there are besides the first. */
  static int responses(Case each) {
    return Math.max(0, each.responses.size() - 1);
  }

  /** How many runs there are besides one for each attempt. */
  static int runs(Case each) {
    int attempts = each.first().map(Log.Response::attempt).orElse(each.executions.size());
    return Math.max(0, each.executions.size() - attempts);
  }

  /** The fault that is to blame, if there was one. */
  Optional<Fault> cause(Case each) {
    Way way = each.way().orElse(Way.SYNC_HTTP);
    return cases.faults().stream()
        .filter(fault -> fault.fault().mayRepeat(way) && each.lived(fault))
        .map(Event.Struck::fault)
        .findFirst();
  }

  List<Violation> unexplained(Case each) {
    if (responses(each) + runs(each) == 0 || cause(each).isPresent()) {
      return List.of();
    }
    List<Violation> violations = new ArrayList<>();
    if (responses(each) > 0) {
      violations.add(
          each.violates(
              Invariant.ANSWERED_ONCE,
              each.responses.size() + " responses, and no fault meanwhile"));
    }
    if (runs(each) > 0) {
      violations.add(
          each.violates(
              Invariant.RUN_ONCE, runs(each) + " runs more than attempts, and no fault meanwhile"));
    }
    return violations;
  }
}
