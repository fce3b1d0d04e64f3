package fob.deployer;

import fob.function.FunctionId;
import fob.function.FunctionSchema;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.FunctionStatus.Ready;
import fob.function.Instance;
import fob.function.Protocol;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks an instance of each function for the function's schema when it is first ready, and keeps the
 * answer in the function's state. A function never waits for that. Used on {@link Decisions} alone.
 */
final class Schemas {

  /** Asks an instance for the schema of its function. */
  @FunctionalInterface
  interface Source {
    /**
     * Does not wait.
     *
     * @param answer gets the schema, or {@link FunctionSchema#NONE}, on any thread; empty: there
     *     was no answer
     */
    void ask(Instance instance, Consumer<Optional<FunctionSchema>> answer);
  }

  private final Source source;
  private final States states;
  private final Later later;

  /** The functions of which an instance is being asked. */
  private final Set<FunctionId> asked = new HashSet<>();

  Schemas(Source source, States states, Later later) {
    this.source = source;
    this.states = states;
    this.later = later;
  }

  /**
   * The platform has told the status of a function. An instance that gave no answer is not asked
   * again; after the function's next change another one may be.
   */
  void observed(FunctionState known, FunctionStatus now) {
    FunctionId id = known.spec().id();
    if (known.schema() == null
        && now instanceof Ready(var instances)
        && instances.getFirst().protocol() == Protocol.FOB
        && asked.add(id)) {
      source.ask(
          instances.getFirst(), schema -> later.soon(() -> answered(id, schema.orElse(null))));
    }
  }

  private void answered(FunctionId id, @Nullable FunctionSchema schema) {
    if (asked.remove(id) && schema != null) {
      states.get(id).ifPresent(known -> states.set(known.with(schema)));
    }
  }

  void clear() {
    asked.clear();
  }
}
