package fob.chaos.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks that the deployers write one after the other. A deployer that was replaced and does not
 * know it would write between the records of its successor.
 */
final class Deployers {

  /** How long after a fault its successor may write for the first time. */
  private static final Duration LONGEST_TAKE_OVER = Duration.ofSeconds(60);

  private Deployers() {}

  static List<Violation> check(List<Log.Written> functions, List<Event.FaultInjected> faults) {
    List<Event.FaultInjected> left =
        new ArrayList<>(
            faults.stream().filter(fault -> fault.fault().mayReplaceDeployer()).toList());
    List<Violation> violations = new ArrayList<>();
    for (int i = 1; i < functions.size(); i++) {
      Log.Written before = functions.get(i - 1);
      Log.Written now = functions.get(i);
      if (!before.deployer().equals(now.deployer()) && !explain(now, left)) {
        violations.add(
            new Violation(
                Invariant.ONE_DEPLOYER,
                "another deployer wrote to fob.functions, but no fault had replaced the last one",
                List.of(before.toString(), now.toString())));
      }
    }
    return violations;
  }

  /** Each fault explains one change. */
  private static boolean explain(Log.Written change, List<Event.FaultInjected> left) {
    for (Event.FaultInjected fault : left) {
      if (!change.at().isBefore(fault.at())
          && change.at().isBefore(fault.until().plus(LONGEST_TAKE_OVER))) {
        left.remove(fault);
        return true;
      }
    }
    return false;
  }
}
