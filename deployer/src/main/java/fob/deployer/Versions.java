package fob.deployer;

import fob.function.FunctionId;
import fob.function.FunctionName;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.NameChange;
import fob.function.NameState;
import fob.function.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes where names lead, starts the versions that they are to lead to, and removes old ones.
 * {@link NameRules} and {@link Retention} decide. Used on {@link Decisions} alone.
 */
final class Versions {

  private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

  private final States states;
  private final FunctionWriter writer;
  private final IdleFunctions idle;
  private final Consumer<FunctionId> remove;
  private final OldVersions old;
  private final Times times;

  /** The names as they were written last. */
  private final Map<FunctionName, NameState> names = new HashMap<>();

  /**
   * @param remove removes a function
   */
  Versions(
      States states,
      FunctionWriter writer,
      IdleFunctions idle,
      Consumer<FunctionId> remove,
      Times times) {
    this.states = states;
    this.writer = writer;
    this.idle = idle;
    this.remove = remove;
    this.old = new OldVersions(states, remove, times);
    this.times = times;
  }

  /** Takes over the names that the deployer before this one wrote, and corrects them. */
  void resume(Collection<NameState> written) {
    clear();
    written.forEach(name -> names.put(name.name(), name));
    Map<FunctionName, List<FunctionState>> all =
        states.all().stream()
            .filter(state -> state.spec().name() != null)
            .collect(Collectors.groupingBy(state -> Objects.requireNonNull(state.spec().name())));
    all.forEach((name, versions) ->
        settle(name, Numbering.resumed(name, names.get(name), versions, states::set)));
    written.stream()
        .map(NameState::name)
        .filter(name -> !all.containsKey(name))
        .forEach(name -> settle(name, null));
  }

  void clear() {
    names.clear();
    old.clear();
  }

  /** Removes a name with all its versions. The name's row comes last, so that none is left. */
  void remove(FunctionName name, Runnable written) {
    NameState known = names.remove(name);
    if (known != null) {
      known.versions().values().forEach(remove);
    }
    writer.forget(name, written);
  }

  /** Gives a function that is registered its number, if it has a name. */
  FunctionState numbered(FunctionState state, String by) {
    FunctionName name = state.spec().name();
    return name == null ? state : state.with(Numbering.next(names.get(name), by));
  }

  /** A function was registered, and has its number. */
  void added(FunctionState state) {
    FunctionName name = state.spec().name();
    Version version = state.version();
    if (name != null && version != null) {
      NameState known = names.get(name);
      FunctionId id = state.spec().id();
      settle(
          name,
          known == null
              ? NameState.ofFirst(name, version.number(), id)
              : Numbering.and(known, new TreeMap<>(Map.of(version.number(), id))));
    }
  }

  /** The status of a version has changed, or it was removed. */
  void changed(FunctionSpec spec) {
    if (spec.name() != null) {
      settle(spec.name(), names.get(spec.name()));
    }
  }

  /** Takes over a change that a user asks for; one that was asked for already is ignored. */
  void ask(FunctionName name, NameChange change, Runnable written) {
    NameState known = names.get(name);
    if (known != null && !known.knows(change)) {
      settle(name, NameRules.ask(known, change, versions(known)), written);
    } else {
      written.run();
    }
  }

  private SortedMap<Integer, FunctionState> versions(NameState name) {
    SortedMap<Integer, FunctionState> versions = new TreeMap<>();
    name.versions()
        .forEach((number, id) -> states.get(id).ifPresent(state -> versions.put(number, state)));
    return versions;
  }

  private void settle(FunctionName name, @Nullable NameState known) {
    settle(name, known, () -> {});
  }

  private void settle(FunctionName name, @Nullable NameState known, Runnable written) {
    SortedMap<Integer, FunctionState> versions = known == null ? new TreeMap<>() : versions(known);
    if (known == null || versions.isEmpty()) {
      if (names.remove(name) != null) {
        writer.forget(name, written);
      }
      return;
    }
    NameState now =
        NameRules.settle(known, versions, times.clock().instant()).with(Numbering.ids(versions));
    if (!now.equals(names.put(name, now))) {
      writer.write(now, written);
    } else {
      written.run();
    }
    place(now, versions);
    start(now);
  }

  /** Notes which versions are left by the name, so that they are stopped and removed. */
  private void place(NameState name, SortedMap<Integer, FunctionState> versions) {
    Instant now = times.clock().instant();
    Set<Integer> surplus = Retention.surplus(name, versions, times.keptVersions());
    versions.forEach((number, state) -> {
      boolean isSurplus = surplus.contains(number);
      Version place = Retention.place(name, number, state.version(), isSurplus, now);
      if (!place.equals(state.version())) {
        FunctionState placed = state.with(place);
        states.set(placed);
        idle.limitsChanged(placed);
      }
      if (isSurplus) {
        old.add(state.with(place));
      }
    });
  }

  /** Starts the idle versions that must run. */
  private void start(NameState name) {
    List<FunctionId> stopped =
        versions(name).entrySet().stream()
            .filter(each -> Retention.mustStart(name, each.getKey(), each.getValue()))
            .map(each -> each.getValue().spec().id())
            .toList();
    if (!stopped.isEmpty()) {
      stopped.forEach(idle::start);
      Runnable again = () -> settle(name.name(), names.get(name.name()));
      if (stopped.stream().noneMatch(idle::isIdle)) {
        again.run();
      } else {
        times.later().run(LOOK_AGAIN, again);
      }
    }
  }
}
