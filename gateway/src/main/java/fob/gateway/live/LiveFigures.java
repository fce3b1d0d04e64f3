package fob.gateway.live;

import fob.bus.table.TopicFollower;
import fob.bus.wire.ActivityWire;
import fob.metrics.Activity;
import fob.metrics.FunctionActivity;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What happened to calls in the last 15 minutes, in steps: the sum of what all invokers wrote. It
 * keeps 500 functions in each step at most, which takes 25 MB at the very most. Thread-safe.
 */
public final class LiveFigures implements TopicFollower.Reader {

  static final Duration KEPT = Duration.ofMinutes(15);
  static final int MOST_FUNCTIONS = 500;

  /** How far ahead the clock of an invoker may be. */
  private static final Duration AHEAD = Duration.ofSeconds(30);

  private final InstantSource clock;
  private final NavigableMap<Instant, Map<String, FunctionActivity>> steps = new TreeMap<>();

  public LiveFigures(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public void read(ConsumerRecord<String, byte[]> record) {
    add(ActivityWire.decode(record));
  }

  @Override
  public synchronized void startsOver() {
    steps.clear();
  }

  synchronized void add(Activity activity) {
    Instant now = clock.instant();
    steps.headMap(now.minus(KEPT)).clear();
    if (activity.at().isBefore(now.minus(KEPT)) || activity.at().isAfter(now.plus(AHEAD))) {
      return;
    }
    Map<String, FunctionActivity> step = steps.computeIfAbsent(activity.at(), _ -> new HashMap<>());
    for (FunctionActivity one : activity.functions()) {
      if (step.size() < MOST_FUNCTIONS || step.containsKey(one.function())) {
        step.merge(one.function(), one, FunctionActivity::plus);
      }
    }
  }

  /** Returns the steps with calls, oldest first. */
  synchronized List<Activity> steps() {
    Instant oldest = clock.instant().minus(KEPT);
    return steps.tailMap(oldest).entrySet().stream()
        .map(step -> new Activity(step.getKey(), List.copyOf(step.getValue().values())))
        .toList();
  }

  /** Returns the step that began at a time; one without functions if there were no calls. */
  synchronized Activity step(Instant at) {
    return new Activity(at, List.copyOf(steps.getOrDefault(at, Map.of()).values()));
  }
}
