package fob.chaos.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Counts the calls that were answered or run more often than necessary, and finds the causes. */
final class Repetitions {

  private final CallTraces traces;

  Repetitions(CallTraces traces) {
    this.traces = traces;
  }

  /** Returns the number of responses after the first one. */
  static int responses(CallTrace trace) {
    return Math.max(0, trace.responses.size() - 1);
  }

  /** Returns the number of runs beyond one for each attempt. */
  static int runs(CallTrace trace) {
    int attempts = trace.first().map(Log.Response::attempt).orElse(trace.executions.size());
    return Math.max(0, trace.executions.size() - attempts);
  }

  /** Returns a fault that explains the repetitions, or empty if there is none. */
  Optional<Fault> cause(CallTrace trace) {
    return traces.faults().stream()
        .filter(fault -> fault.fault().mayRepeat() && trace.overlaps(fault))
        .map(Event.FaultInjected::fault)
        .findFirst();
  }

  List<Violation> unexplained(CallTrace trace) {
    if (responses(trace) + runs(trace) == 0 || cause(trace).isPresent()) {
      return List.of();
    }
    List<Violation> violations = new ArrayList<>();
    if (responses(trace) > 0) {
      violations.add(
          trace.violates(
              Invariant.ANSWERED_ONCE,
              trace.responses.size() + " responses, but no fault during the call"));
    }
    if (runs(trace) > 0) {
      violations.add(
          trace.violates(
              Invariant.RUN_ONCE,
              runs(trace) + " runs more than attempts, but no fault during the call"));
    }
    return violations;
  }
}
