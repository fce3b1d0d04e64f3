package fob.invoker;

import fob.bus.loop.Ownership;
import fob.function.FunctionId;
import fob.function.FunctionState;
import fob.metrics.CallMetrics;
import fob.metrics.FunctionCalls;
import fob.service.Deadlines;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;

/**
 * The lanes of all functions, updated from {@code fob.functions} and when partitions move.
 * Thread-safe.
 */
final class Lanes implements Ownership {

  /**
   * Two asynchronous calls are on their way to a lane at a time: one can go on while the other
   * waits for a lock.
   */
  private static final int ASYNC_TURNS = 2;

  private final Map<FunctionId, Lane> lanes = new ConcurrentHashMap<>();
  private final Deadlines deadlines = new Deadlines();
  private final OwnedParts parts;
  private final AsyncLimit asyncLimit;
  private final int maxWaiting;
  private final Turns asyncTurns = new Turns(ASYNC_TURNS);
  private final InstanceReports reports;
  private final CallMetrics metrics;

  /**
   * @param parts changed by the methods of {@link Ownership}
   * @param asyncLimit shared by all lanes
   * @param maxWaiting how many calls of each kind may wait in each lane
   * @param metrics counts the calls of each lane
   */
  Lanes(
      OwnedParts parts,
      AsyncLimit asyncLimit,
      int maxWaiting,
      InstanceReports reports,
      CallMetrics metrics) {
    this.parts = parts;
    this.asyncLimit = asyncLimit;
    this.maxWaiting = maxWaiting;
    this.reports = reports;
    this.metrics = metrics;
  }

  /** Returns the lane of a function; creates it if there is none, also for an unknown function. */
  Lane lane(FunctionId id) {
    return lanes.computeIfAbsent(id, this::newLane);
  }

  /** Waits until a further call of a kind may go to its lane; see {@link Turns}. */
  Turns.Turn turn(CallKind kind) throws InterruptedException {
    return switch (kind) {
      case SYNC -> Turns.Turn.NOT_NEEDED;
      case ASYNC -> asyncTurns.take();
    };
  }

  /** Returns what is known about a function; empty if the function is unknown. */
  Optional<FunctionState> known(FunctionId id) {
    return Optional.ofNullable(lanes.get(id)).flatMap(Lane::function);
  }

  /** Returns the counts of a function; those of unknown functions are together. */
  FunctionCalls counts(Optional<FunctionId> id) {
    return id.map(lanes::get).map(lane -> lane.counts).orElseGet(metrics::unknown);
  }

  private Lane newLane(FunctionId id) {
    FunctionCalls counts = metrics.of(id.toString());
    FunctionUse use = new FunctionUse(counts, () -> reports.inUse(id), Lanes::later);
    Lane lane =
        new Lane(
            new InstancePool(
                parts::of,
                (instance, state) ->
                    new InstanceClient(deadlines, instance, state.spec().limits().concurrency())),
            asyncLimit,
            deadlines,
            maxWaiting,
            (instance, why) -> reports.report(id, instance, why),
            use);
    counts.gauges(use::calls, lane::waiting);
    return lane;
  }

  private static void later(Duration delay, Runnable task) {
    CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS).execute(task);
  }

  /** Takes over a change of a function; empty if the function was deleted. */
  void changed(FunctionId id, Optional<FunctionState> state) {
    if (state.isPresent()) {
      lane(id).update(state);
    } else {
      Optional.ofNullable(lanes.remove(id))
          .ifPresent(lane -> {
            lane.update(Optional.empty());
            lane.refuseAll(Refusals.unknownFunction(id.toString()));
            metrics.remove(lane.counts);
          });
    }
  }

  @Override
  public void gained(Collection<TopicPartition> partitions) {
    parts.add(partitions);
    lanes.values().forEach(Lane::partsChanged);
  }

  @Override
  public void gone(Collection<TopicPartition> partitions) {
    parts.remove(partitions);
    lanes.values().forEach(Lane::partsChanged);
  }

  /** Removes the lane of a function that is unknown and that no call waits for. */
  void forget(FunctionId id) {
    lanes.computeIfPresent(id, (_, lane) -> lane.isUnused() ? null : lane);
  }
}
