package fob.chaos.check;

import java.util.List;

/**
 * A call that violates an invariant.
 *
 * @param what what is wrong with the call
 * @param events all events and records of the call, in order of time
 */
public record Violation(Invariant invariant, String what, List<String> events) {

  public Violation {
    events = List.copyOf(events);
  }

  @Override
  public String toString() {
    return "invariant "
        + invariant
        + ": "
        + what
        + String.join("", events.stream().map(line -> "\n    " + line).toList());
  }
}
