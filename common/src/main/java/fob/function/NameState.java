package fob.function;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A name and its versions: one record of {@code fob.functions}, which the deployer writes.
 *
 * @param versions the functions that are versions of the name now, by number
 * @param last the highest number that a version of this name ever had
 * @param decided the highest number whose version needs no decision any more: a version above it
 *     gets the name once it is ready
 * @param decidedBefore what {@code decided} is again if the pending change is refused; the same as
 *     {@code decided} if none is pending
 * @param weights where the name leads. Each version that has a weight is in {@code versions}
 * @param pending takes effect once all its versions are ready; null: none
 * @param refused the change that was refused last; null: none
 * @param history the changes that took effect, the newest first, at most {@link #LONGEST_HISTORY}
 */
public record NameState(
    FunctionName name,
    SortedMap<Integer, FunctionId> versions,
    int last,
    int decided,
    int decidedBefore,
    Weights weights,
    @Nullable NameChange pending,
    @Nullable Refused refused,
    List<NameChange> history) {

  public static final int LONGEST_HISTORY = 50;

  /** The number of a version that a deployer of before wrote, which numbered none. */
  private static final int NOT_NUMBERED = 0;

  /**
   * A change that does not take effect.
   *
   * @param id of the {@link NameChange}
   * @param why one sentence for the user
   */
  public record Refused(String id, String why) {}

  public NameState {
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
    history = List.copyOf(history);
    if (!versions.keySet().containsAll(weights.percents().keySet())) {
      throw new IllegalArgumentException(
          "a version with a weight is missing: %s of %s"
              .formatted(weights.percents(), versions.keySet()));
    }
  }

  /** Creates the state of a name whose only version is this one, which was not ready yet. */
  public static NameState ofFirst(FunctionName name, int number, FunctionId id) {
    return new NameState(
        name,
        new TreeMap<>(Map.of(number, id)),
        number,
        number - 1,
        number - 1,
        Weights.allTo(number),
        null,
        null,
        List.of());
  }

  /** Creates the state of a name that a deployer of before wrote, which numbered no versions. */
  public static NameState notNumbered(FunctionName name, FunctionId id) {
    return ofFirst(name, NOT_NUMBERED, id);
  }

  /** Returns whether the name has versions with numbers. */
  public boolean isNumbered() {
    return last > NOT_NUMBERED;
  }

  /** Returns the function that the name stands for where it can stand for one only. */
  public FunctionId target() {
    return id(weights.main());
  }

  /** Returns the function for one call by the name; see {@link Weights#choose}. */
  public FunctionId target(String lot) {
    return id(weights.choose(lot));
  }

  private FunctionId id(int number) {
    return find(number).orElseThrow();
  }

  /** Returns the function that is the version with this number. */
  public Optional<FunctionId> find(int number) {
    return Optional.ofNullable(versions.get(number));
  }

  /** Returns the versions as users write them, the newest first, such as {@code add@4, add@3}. */
  public String versionNames() {
    List<String> names = new ArrayList<>();
    versions
        .tailMap(NOT_NUMBERED + 1)
        .keySet()
        .forEach(number -> names.add(new VersionName(name, number).toString()));
    return names.isEmpty()
        ? "none that has its number yet; try again"
        : String.join(", ", names.reversed());
  }

  /** Returns whether the change took effect, waits, or was refused last. */
  public boolean knows(NameChange change) {
    return (refused != null && refused.id().equals(change.id()))
        || (pending != null && pending.id().equals(change.id()))
        || history.stream().anyMatch(each -> each.id().equals(change.id()));
  }

  /** Returns the same name with other versions; those that have a weight must be among them. */
  public NameState with(SortedMap<Integer, FunctionId> others) {
    int highest = others.isEmpty() ? last : Math.max(last, others.lastKey());
    return new NameState(
        name, others, highest, decided, decidedBefore, weights, pending, refused, history);
  }

  /** Returns the same name after a change took effect, and whatever was pending did not. */
  public NameState changed(NameChange change) {
    return new NameState(
        name,
        versions,
        last,
        decided,
        decided,
        change.weights(),
        null,
        refused,
        historyWith(change));
  }

  /** Returns the same name after other weights took effect; what is pending stays so. */
  public NameState repaired(NameChange change) {
    return new NameState(
        name,
        versions,
        last,
        decided,
        decidedBefore,
        change.weights(),
        pending,
        refused,
        historyWith(change));
  }

  private List<NameChange> historyWith(NameChange change) {
    List<NameChange> changes = new ArrayList<>();
    changes.add(change);
    changes.addAll(history);
    return changes.subList(0, Math.min(changes.size(), LONGEST_HISTORY));
  }

  /**
   * Returns the same name with a change that takes effect later. As long as it is pending, no
   * version that there is now gets the name by becoming ready.
   */
  public NameState asking(NameChange change) {
    return new NameState(
        name, versions, last, last, decidedBefore, weights, change, refused, history);
  }

  /** Returns the same name as if what is pending had never been asked for, and why. */
  public NameState refusingPending(String why) {
    NameState without =
        new NameState(
            name, versions, last, decidedBefore, decidedBefore, weights, null, refused, history);
    return pending == null ? this : without.refusing(pending, why);
  }

  public NameState refusing(NameChange change, String why) {
    return new NameState(
        name,
        versions,
        last,
        decided,
        decidedBefore,
        weights,
        pending,
        new Refused(change.id(), why),
        history);
  }

  /** Returns the same name that decides on versions above another number only. */
  public NameState decidedUpTo(int number) {
    return new NameState(name, versions, last, number, number, weights, pending, refused, history);
  }
}
