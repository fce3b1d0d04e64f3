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
import java.util.Collection;
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
    NameState asked = name.decidedUpTo(name.last()).pending(change);
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
    return repaired(asked(deployed(name, versions, now), versions), versions, now);
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
      return name.pending(null).refusing(pending, refusal.get());
    }
    boolean areReady =
        versions.entrySet().stream()
            .filter(each -> pending.weights().has(each.getKey()))
            .allMatch(each -> each.getValue().status() instanceof Ready);
    return areReady ? name.changed(pending) : name;
  }

  /**
   * What a version had that has failed or was removed goes to the others that have a weight, or
   * else to the best version. If the newest one has failed, it gets the name back when it is ready.
   */
  private static NameState repaired(
      NameState name, SortedMap<Integer, FunctionState> versions, Instant now) {
    Collection<Integer> broken =
        name.weights().percents().keySet().stream()
            .filter(number -> isBroken(versions.get(number)))
            .toList();
    if (broken.isEmpty()) {
      return name;
    }
    Weights weights =
        name.weights().without(broken).orElseGet(() -> Weights.allTo(best(name, versions)));
    if (weights.equals(name.weights())) {
      return name;
    }
    NameState repaired =
        name.changed(
                new NameChange(
                    NameChange.FOB + "-" + now.toEpochMilli(), now, NameChange.FOB, weights))
            .pending(name.pending());
    boolean hadAll = name.weights().of(name.last()) == Weights.ALL;
    return hadAll && name.decided() == name.last()
        ? repaired.decidedUpTo(name.last() - 1)
        : repaired;
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
