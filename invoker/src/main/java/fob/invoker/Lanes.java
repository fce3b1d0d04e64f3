package fob.invoker;

import fob.call.Failure;
import fob.call.Reply;
import fob.function.FunctionId;
import fob.function.FunctionState;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.OkHttpClient;

/** One lane a function, kept in step with {@code fob.functions}. Thread-safe. */
final class Lanes {

  private final Map<FunctionId, Lane> lanes = new ConcurrentHashMap<>();
  private final OkHttpClient base = InstanceClient.base();
  private final AsyncLimit asyncLimit;
  private final int maxWaiting;
  private final InstanceReports reports;

  Lanes(AsyncLimit asyncLimit, int maxWaiting, InstanceReports reports) {
    this.asyncLimit = asyncLimit;
    this.maxWaiting = maxWaiting;
    this.reports = reports;
  }

  /** Finds a function's lane; a function that is not known yet gets one, which waits for it. */
  Lane lane(FunctionId id) {
    return lanes.computeIfAbsent(id, this::newLane);
  }

  /** What is known of a function. */
  Optional<FunctionState> known(FunctionId id) {
    return Optional.ofNullable(lanes.get(id)).flatMap(Lane::state);
  }

  private Lane newLane(FunctionId id) {
    return new Lane(
        new Places((instance, state) ->
            new InstanceClient(base, instance, state.spec().limits().concurrency())),
        asyncLimit,
        maxWaiting,
        (instance, why) -> reports.report(id, instance, why));
  }

  void changed(FunctionId id, Optional<FunctionState> state) {
    if (state.isPresent()) {
      lane(id).update(state);
    } else {
      Optional.ofNullable(lanes.remove(id))
          .ifPresent(lane -> {
            lane.update(Optional.empty());
            lane.refuseAll(unknown(id.toString()));
          });
    }
  }

  /** Drops the lane of a function that nobody has registered and nobody waits for. */
  void forget(FunctionId id) {
    lanes.computeIfPresent(id, (_, lane) -> lane.isUnused() ? null : lane);
  }

  static Reply.Failed unknown(String function) {
    return Reply.failed(Failure.NOT_FOUND, "there is no function '" + function + "'");
  }
}
