package fob.deployer;

import fob.function.FunctionId;
import fob.function.FunctionName;
import fob.function.FunctionState;
import fob.function.Names;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes the targets of names, as {@link Names} computes them. Used on {@link Decisions} alone. */
final class NamePointers {

  private final FunctionWriter writer;

  /** The targets that were written last. */
  private final Map<FunctionName, FunctionId> written = new HashMap<>();

  NamePointers(FunctionWriter writer) {
    this.writer = writer;
  }

  /** Takes over the targets that the deployer before this one wrote, and corrects them. */
  void resume(Map<FunctionName, FunctionId> before, Collection<FunctionState> states) {
    written.clear();
    written.putAll(before);
    Set<FunctionName> all = new HashSet<>(before.keySet());
    all.addAll(Names.of(states).keySet());
    all.forEach(name -> update(name, states));
  }

  void clear() {
    written.clear();
  }

  /** Writes the target of a name, if it has changed. */
  void update(@Nullable FunctionName name, Collection<FunctionState> states) {
    if (name == null) {
      return;
    }
    Optional<FunctionId> target = Names.target(name, states.stream());
    FunctionId before = target.isPresent() ? written.put(name, target.get()) : written.remove(name);
    if (target.isEmpty()) {
      writer.forget(name);
    } else if (!target.get().equals(before)) {
      writer.point(name, target.get());
    }
  }
}
