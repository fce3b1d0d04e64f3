package fob.deployer;

import fob.function.FunctionId;
import fob.function.FunctionState;
import fob.function.FunctionStatus.Deploying;
import fob.function.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the versions that do not stay, each once no accepted call can be waiting for it, and no
 * calls of its id have come for a while. Used on {@link Decisions} alone.
 */
final class OldVersions {

  private static final Logger LOGGER = LoggerFactory.getLogger(OldVersions.class);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

  private final States states;
  private final Consumer<FunctionId> remove;
  private final Times times;
  private final Set<FunctionId> ending = new HashSet<>();

  /** Since when those that are starting were seen to do so at each look. */
  private final Map<FunctionId, Instant> starting = new HashMap<>();

  OldVersions(States states, Consumer<FunctionId> remove, Times times) {
    this.states = states;
    this.remove = remove;
    this.times = times;
  }

  /** Removes a version later, if it is still surplus then. */
  void add(FunctionState state) {
    if (ending.add(state.spec().id())) {
      lookLater(state, Duration.ZERO);
    }
  }

  private void lookLater(FunctionState state, Duration atLeast) {
    Instant now = times.clock().instant();
    Duration left = Duration.between(now, Retention.removableFrom(state));
    FunctionId id = state.spec().id();
    times.later().run(left.compareTo(atLeast) > 0 ? left : atLeast, () -> look(id));
  }

  private void look(FunctionId id) {
    Optional<FunctionState> surplus = states.get(id).filter(OldVersions::isSurplus);
    if (surplus.isEmpty()) {
      end(id);
    } else if (mayEnd(surplus.get())) {
      end(id);
      LOGGER
          .atInfo()
          .addKeyValue("function", id)
          .log("there are enough newer versions of its name");
      remove.accept(id);
    } else {
      lookLater(surplus.get(), LOOK_AGAIN);
    }
  }

  private static boolean isSurplus(FunctionState state) {
    Version version = state.version();
    return version != null && version.surplus();
  }

  private boolean mayEnd(FunctionState state) {
    Instant now = times.clock().instant();
    return !now.isBefore(Retention.removableFrom(state))
        && (Retention.isUnused(state) || startsInVain(state, now));
  }

  /** Whether it has been starting for so long that no call which waits for it can run any more. */
  private boolean startsInVain(FunctionState state, Instant now) {
    FunctionId id = state.spec().id();
    if (!(state.status() instanceof Deploying)) {
      starting.remove(id);
      return false;
    }
    Instant since = starting.computeIfAbsent(id, _ -> now);
    return now.isAfter(since.plus(state.spec().limits().timeout()));
  }

  private void end(FunctionId id) {
    ending.remove(id);
    starting.remove(id);
  }

  void clear() {
    ending.clear();
    starting.clear();
  }
}
