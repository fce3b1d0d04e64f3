package fob.deployer;

import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus.Deploying;
import fob.function.FunctionStatus.Failed;
import fob.function.FunctionStatus.Idle;
import fob.function.FunctionStatus.Ready;
import fob.function.NameState;
import fob.function.Registration;
import fob.function.Version;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Decides which versions of a name run on, and which are removed. Pure functions. */
final class Retention {

  private Retention() {}

  /** Returns the place of a version among the versions of its name, as it is now. */
  static Version place(
      NameState name, int number, @Nullable Version before, boolean isSurplus, Instant now) {
    boolean isRetired = number <= name.decided() && !isNeeded(name, number);
    Instant retired = before == null || before.retired() == null ? now : before.retired();
    return new Version(
        number,
        before == null ? Registration.ANONYMOUS : before.by(),
        isRetired ? retired : null,
        isSurplus);
  }

  /** Whether the name leads to a version, or will. */
  private static boolean isNeeded(NameState name, int number) {
    return name.weights().has(number) || isPending(name, number);
  }

  /**
   * Whether an idle version must start: the name will lead to it, or does and no call starts it.
   */
  static boolean mustStart(NameState name, int number, FunctionState state) {
    return state.status() instanceof Idle
        && (isPending(name, number) || (name.weights().has(number) && state.idleAfter() == null));
  }

  private static boolean isPending(NameState name, int number) {
    return name.pending() != null && name.pending().weights().has(number);
  }

  /**
   * Returns the versions that do not stay. The newest ones stay, counted without those that have
   * failed, of which as many stay. So users who deploy code that does not run lose no version to go
   * back to.
   *
   * @param kept how many stay
   */
  static Set<Integer> surplus(
      NameState name, SortedMap<Integer, FunctionState> versions, int kept) {
    Set<Integer> surplus = new TreeSet<>();
    int good = 0;
    int failed = 0;
    for (Map.Entry<Integer, FunctionState> each : versions.reversed().entrySet()) {
      int number = each.getKey();
      boolean hasFailed = each.getValue().status() instanceof Failed;
      int newer = hasFailed ? failed++ : good++;
      boolean isOver = newer >= kept && (hasFailed || number <= name.decided());
      if (isOver && !isNeeded(name, number)) {
        surplus.add(number);
      }
    }
    return surplus;
  }

  /** Returns from when on no accepted call by the name can be waiting for a version any more. */
  static Instant removableFrom(FunctionState state) {
    FunctionSpec spec = state.spec();
    Version version = state.version();
    Instant retired = version == null ? null : version.retired();
    return (retired == null ? spec.registered() : retired)
        .plus(spec.retry().maxAge())
        .plus(spec.limits().timeout());
  }

  /** Whether a version has no calls, as far as the deployer knows. */
  static boolean isUnused(FunctionState state) {
    return !(state.status() instanceof Ready || state.status() instanceof Deploying);
  }
}
