package fob.deployer;

import fob.bus.log.LogPublisher;
import fob.function.FunctionId;
import fob.function.FunctionStatus;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Takes what the platform tells of functions to the reconciler, and what they print to the bus.
 *
 * @param whileActive runs a decision if this deployer is active
 */
record PlatformEvents(
    Executor whileActive,
    Supplier<Reconciler> reconciler,
    LogPublisher logs,
    DeployerMetrics metrics)
    implements Platform.Listener {

  @Override
  public void changed(FunctionId id, FunctionStatus status) {
    whileActive.execute(() -> reconciler.get().observed(id, status));
  }

  @Override
  public void ended(FunctionId id, Ending why, Instant at) {
    whileActive.execute(() -> {
      metrics.ended(why.reason());
      reconciler.get().ended(id, why.text(), at);
    });
  }

  @Override
  public void logged(FunctionId id, String instance, byte[] line) {
    logs.add(id, instance, line);
  }
}
