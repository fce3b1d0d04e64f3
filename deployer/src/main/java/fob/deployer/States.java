package fob.deployer;

import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The states of all functions while this deployer is active; the bus has them a little later. Used
 * on {@link Decisions} alone.
 */
final class States {

  private final FunctionWriter writer;
  private final Map<FunctionId, FunctionState> states = new HashMap<>();

  States(FunctionWriter writer) {
    this.writer = writer;
  }

  /** Takes over what the deployer before this one wrote. */
  void resume(Collection<FunctionState> written) {
    states.clear();
    written.forEach(state -> states.put(state.spec().id(), state));
  }

  void clear() {
    states.clear();
  }

  Optional<FunctionState> get(FunctionId id) {
    return Optional.ofNullable(states.get(id));
  }

  /** Returns a view of all states. */
  Collection<FunctionState> all() {
    return Collections.unmodifiableCollection(states.values());
  }

  /** Returns the states of functions that are idle, or of those that are not; a copy. */
  List<FunctionState> idle(boolean are) {
    return states.values().stream()
        .filter(state -> state.status() instanceof FunctionStatus.Idle == are)
        .toList();
  }

  /** Returns the ids of the same functions. */
  Set<FunctionId> ids(boolean idle) {
    return idle(idle).stream()
        .map(state -> state.spec().id())
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Adds a function and its code.
   *
   * @param written runs once Kafka has confirmed both
   */
  void register(FunctionState state, Code code, Runnable written) {
    states.put(state.spec().id(), state);
    writer.register(state, code, written);
  }

  void set(FunctionState state) {
    set(state, () -> {});
  }

  /**
   * Adds or changes a function.
   *
   * @param written runs on a thread of the writer, once Kafka has confirmed this state or a newer
   *     one
   */
  void set(FunctionState state, Runnable written) {
    states.put(state.spec().id(), state);
    writer.write(state, written);
  }

  /** Removes a function, if there is one; its row stays on the bus. */
  Optional<FunctionState> remove(FunctionId id) {
    return Optional.ofNullable(states.remove(id));
  }
}
