package fob.deployer.marathon.app;

import fob.deployer.marathon.api.AppView;
import fob.deployer.marathon.api.TaskView;
import fob.deployer.marathon.api.TaskView.Health;
import fob.function.Instance;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Determines which tasks of one app serve: those that run and pass all their health checks. If a
 * result is missing, the task's previous result counts for a while, since a new leader of Marathon
 * has no results. Used by the app's steps alone.
 */
public final class ServingTasks {

  /**
   * @param instances the serving instances, in the order of their ids
   * @param until when this must be computed again, since it relies on missing results; empty if it
   *     does not
   */
  public record Serving(List<Instance> instances, Optional<Instant> until) {}

  private final Duration hold;
  private final Set<String> alive = new HashSet<>();
  private final Map<String, Instant> missingSince = new HashMap<>();
  private boolean first = true;

  public ServingTasks(Duration hold) {
    this.hold = hold;
  }

  public Serving look(AppView app, Instant now) {
    List<TaskView> serving = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (TaskView task : app.tasks()) {
      if (task.instance().isPresent()) {
        seen.add(task.id());
        if (serves(app, task, now)) {
          serving.add(task);
        }
      }
    }
    alive.retainAll(seen);
    missingSince.keySet().retainAll(seen);
    first = false;
    return new Serving(
        serving.stream()
            .flatMap(task -> task.instance().stream())
            .sorted(Comparator.comparing(Instance::id))
            .toList(),
        missingSince.values().stream().min(Instant::compareTo).map(since -> since.plus(hold)));
  }

  private boolean serves(AppView app, TaskView task, Instant now) {
    Health health = app.checked() ? task.health() : Health.ALIVE;
    return switch (health) {
      case ALIVE -> {
        missingSince.remove(task.id());
        alive.add(task.id());
        yield true;
      }
      case NOT_ALIVE -> {
        missingSince.remove(task.id());
        alive.remove(task.id());
        yield false;
      }
      case UNKNOWN -> {
        // A deployment ends only when all tasks are healthy, so tasks that run after it were
        // healthy.
        boolean was = alive.contains(task.id()) || (first && app.deployments().isEmpty());
        if (!was) {
          yield false;
        }
        alive.add(task.id());
        if (now.isBefore(missingSince.computeIfAbsent(task.id(), id -> now).plus(hold))) {
          yield true;
        }
        alive.remove(task.id());
        missingSince.remove(task.id());
        yield false;
      }
    };
  }
}
