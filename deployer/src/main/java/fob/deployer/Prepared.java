package fob.deployer;

import fob.deployer.layer.Dependencies;
import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus.Deploying;
import fob.function.FunctionStatus.Failed;
import fob.function.FunctionStatus.FailureReason;
import java.io.IOException;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Prepares functions that may have dependencies, and hands them back when these are there. The
 * methods that its owner calls are used on {@link Decisions} alone.
 */
final class Prepared implements Deployments.Preparation, Dependencies.Listener {

  private final Dependencies dependencies;
  private final Executor decisions;
  private final Reconciler reconciler;

  /**
   * @param decisions runs decisions on the deployer's thread, while the deployer is active
   */
  Prepared(Dependencies dependencies, Executor decisions, Reconciler reconciler) {
    this.dependencies = dependencies;
    this.decisions = decisions;
    this.reconciler = reconciler;
  }

  /** A function that was ready without dependencies has none. */
  @Override
  public boolean takes(FunctionState state, CodeSource code, Driver driver) throws IOException {
    if (state.layer() == null && (state.served() || driver.file().install().isEmpty())) {
      return false;
    }
    Code read = state.layer() == null ? code.read() : null;
    if (read != null && !Dependencies.mayBeIn(read, state.spec(), driver)) {
      return false;
    }
    Optional<String> refusal =
        dependencies.begin(state, read == null ? code : () -> read, driver, this);
    refusal.ifPresent(why -> fail(state.spec().id(), why));
    return true;
  }

  void resume(Collection<FunctionState> states) {
    dependencies.resume(states);
  }

  void remove(FunctionId id) {
    dependencies.remove(id);
  }

  void stop() {
    dependencies.stop();
  }

  @Override
  public void waits(FunctionId id, String note) {
    decisions.execute(() -> {
      if (dependencies.isPreparing(id)) {
        reconciler.observed(id, new Deploying(note));
      }
    });
  }

  @Override
  public void prepared(FunctionSpec spec, CodeSource code, @Nullable FunctionLayer layer) {
    decisions.execute(() -> {
      if (dependencies.end(spec.id())) {
        reconciler.prepared(spec, code.withLayer(layer));
      }
    });
  }

  @Override
  public void failed(FunctionId id, String reason) {
    decisions.execute(() -> {
      if (dependencies.end(id)) {
        dependencies.remove(id);
        fail(id, reason);
      }
    });
  }

  /** The function cannot run. */
  void fail(FunctionId id, String reason) {
    reconciler.observed(id, new Failed(FailureReason.of(reason)));
  }
}
