package fob.deployer;

import fob.function.FunctionState;
import fob.function.FunctionStatus.Failed;
import fob.function.FunctionStatus.Ready;
import fob.function.NameChange;
import fob.function.NameState;
import fob.function.Names;
import fob.function.Registration;
import fob.function.Version;
import fob.function.VersionName;
import fob.function.Weights;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides where a name leads, from what is known of it and from the states of its versions. So a
 * deployer that followed every change and one that has just taken over decide alike. Pure
 * functions.
 */
final class NameRules {

  private NameRules() {}

  /**
   * Takes over a change that a user asks for. It takes effect in {@link #settle}, once all its
   * versions are ready. It counts for the versions that there are: one that is deployed later gets
   * the name when it is ready.
   */
  static NameState ask(
      NameState name, NameChange change, SortedMap<Integer, FunctionState> versions) {
    Optional<String> refusal = refusal(name, change.weights(), versions);
    if (refusal.isPresent()) {
      return name.refusing(change, refusal.get());
    }
    NameChange earlier = name.pending();
    NameState asked = name.asking(change);
    return earlier == null
        ? asked
        : asked.refusing(earlier, "a later change of '%s' took its place".formatted(name.name()));
  }

  /** Returns why no name can lead to these versions, in one sentence; empty if one can. */
  private static Optional<String> refusal(
      NameState name, Weights weights, SortedMap<Integer, FunctionState> versions) {
    for (int number : weights.percents().keySet()) {
      FunctionState version = versions.get(number);
      VersionName called = new VersionName(name.name(), number);
      if (version == null) {
        return Optional.of("there is no %s; there are %s".formatted(called, name.versionNames()));
      }
      if (version.status() instanceof Failed(var failure)) {
        return Optional.of("%s has failed: %s".formatted(called, failure.summary()));
      }
    }
    return Optional.empty();
  }

  /**
   * Decides where a name leads now.
   *
   * @param versions all versions of the name, at least one; each has its number
   */
  static NameState settle(NameState name, SortedMap<Integer, FunctionState> versions, Instant now) {
    // First what was asked for: if it is refused, it decides nothing about what was deployed.
    NameState decided = deployed(asked(name, versions), versions, now);
    return restored(repaired(decided, versions, now), versions, now);
  }

  /** A version that was deployed after the last decision gets the name once it is ready. */
  private static NameState deployed(
      NameState name, SortedMap<Integer, FunctionState> versions, Instant now) {
    Optional<Map.Entry<Integer, FunctionState>> newest =
        versions.tailMap(name.decided() + 1).reversed().entrySet().stream()
            .filter(each -> each.getValue().served())
            .findFirst();
    if (newest.isEmpty()) {
      return name;
    }
    int number = newest.get().getKey();
    FunctionState version = newest.get().getValue();
    NameState moved =
        name.changed(
                new NameChange(
                    version.spec().id().toString(),
                    now,
                    Optional.ofNullable(version.version())
                        .map(Version::by)
                        .orElse(Registration.ANONYMOUS),
                    Weights.allTo(number)))
            .decidedUpTo(number);
    NameChange pending = name.pending();
    return pending == null
        ? moved
        : moved.refusing(
            pending,
            "%s was deployed later and has the name now"
                .formatted(new VersionName(name.name(), number)));
  }

  /** A change that was asked for takes effect once all its versions are ready. */
  private static NameState asked(NameState name, SortedMap<Integer, FunctionState> versions) {
    NameChange pending = name.pending();
    if (pending == null) {
      return name;
    }
    Optional<String> refusal = refusal(name, pending.weights(), versions);
    if (refusal.isPresent()) {
      return name.refusingPending(refusal.get());
    }
    return areReady(pending.weights(), versions) ? name.changed(pending) : name;
  }

  private static boolean areReady(Weights weights, SortedMap<Integer, FunctionState> versions) {
    return versions.entrySet().stream()
        .filter(each -> weights.has(each.getKey()))
        .allMatch(each -> each.getValue().status() instanceof Ready);
  }

  /**
   * What a version had that has failed or was removed goes to the others that have a weight, or
   * else to the best version.
   */
  private static NameState repaired(
      NameState name, SortedMap<Integer, FunctionState> versions, Instant now) {
    Weights left =
        alive(name.weights(), versions).orElseGet(() -> Weights.allTo(best(name, versions)));
    return repaired(name, left, now);
  }

  /**
   * What {@link #repaired} took from a version comes back when that is ready, unless somebody has
   * decided otherwise meanwhile.
   */
  private static NameState restored(
      NameState name, SortedMap<Integer, FunctionState> versions, Instant now) {
    boolean wasRepaired =
        !name.history().isEmpty() && name.history().getFirst().by().equals(NameChange.FOB);
    return Optional.of(name.history())
        .filter(_ -> wasRepaired)
        .flatMap(NameRules::lastDecision)
        .flatMap(wanted -> alive(wanted, versions))
        .filter(wanted -> areReady(wanted, versions))
        .map(wanted -> repaired(name, wanted, now))
        .orElse(name);
  }

  private static Optional<Weights> lastDecision(List<NameChange> history) {
    return history.stream()
        .filter(change -> !change.by().equals(NameChange.FOB))
        .findFirst()
        .map(NameChange::weights);
  }

  private static Optional<Weights> alive(
      Weights weights, SortedMap<Integer, FunctionState> versions) {
    return weights.without(
        weights.percents().keySet().stream()
            .filter(number -> isBroken(versions.get(number)))
            .toList());
  }

  private static NameState repaired(NameState name, Weights weights, Instant now) {
    return weights.equals(name.weights())
        ? name
        : name.repaired(
            new NameChange(
                NameChange.FOB + "-" + now.toEpochMilli(), now, NameChange.FOB, weights));
  }

  private static boolean isBroken(@Nullable FunctionState version) {
    return version == null || version.status() instanceof Failed;
  }

  private static int best(NameState name, SortedMap<Integer, FunctionState> versions) {
    var id = Names.target(name.name(), versions.values().stream()).orElseThrow();
    return versions.entrySet().stream()
        .filter(each -> each.getValue().spec().id().equals(id))
        .map(each -> each.getKey())
        .findFirst()
        .orElseThrow();
  }
}
