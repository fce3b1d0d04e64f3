package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What runs of one app, and what should. It outlives the app's definition until the last task is
 * gone. Guarded by the core's lock.
 */
final class AppRuntime {

  private App app;
  private int target;
  private boolean replacing;
  private final List<Instance> instances = new ArrayList<>();
  private final Backoff backoff = new Backoff();
  private Offers offers = new Offers();
  private String waitingSince = "";
  private @Nullable ObjectNode lastTaskFailure;

  AppRuntime(App app) {
    this.app = app;
  }

  App app() {
    return app;
  }

  List<Instance> instances() {
    return instances;
  }

  Backoff backoff() {
    return backoff;
  }

  Offers offers() {
    return offers;
  }

  String waitingSince() {
    return waitingSince;
  }

  @Nullable ObjectNode lastTaskFailure() {
    return lastTaskFailure;
  }

  void failed(ObjectNode failure) {
    lastTaskFailure = failure;
  }

  /** Sets what should run; {@code replace} lets tasks of an older configuration go. */
  void want(App wanted, int count, boolean replace) {
    if (!wanted.hasConfigOf(app)) {
      backoff.reset();
      offers = new Offers();
    }
    app = wanted;
    target = count;
    replacing = replace;
  }

  /** One task fewer from now on: it was killed with {@code scale=true}. */
  void wantOneFewer() {
    target = Math.max(0, target - 1);
  }

  /** The places that wait for an offer. */
  List<Instance> waiting() {
    return instances.stream().filter(instance -> !instance.launched).toList();
  }

  /** Whether what should run does, and nothing else. */
  boolean isSettled() {
    return instances.size() == target
        && instances.stream().allMatch(Instance::isReady)
        && (!replacing || instances.stream().allMatch(this::isFresh));
  }

  private boolean isFresh(Instance instance) {
    return instance.launchedFrom.hasConfigOf(app);
  }

  /**
   * Makes places that are missing, drops those that are too many and never launched, and returns
   * those whose tasks have to be killed.
   */
  List<Instance> reconcile(String now) {
    List<Instance> kills = replacing ? replace() : scale(staying());
    boolean waited = !waiting().isEmpty();
    int missing = missing();
    for (int i = 0; i < missing; i++) {
      instances.add(new Instance(app));
    }
    if (!waited && !waiting().isEmpty()) {
      waitingSince = now;
    }
    return kills;
  }

  private List<Instance> staying() {
    return instances.stream()
        .filter(instance -> instance.killing != Instance.Killing.FOR_GOOD)
        .toList();
  }

  private List<Instance> scale(List<Instance> candidates) {
    return drop(candidates, candidates.size() - target);
  }

  private List<Instance> replace() {
    instances.removeIf(instance -> !instance.launched && !isFresh(instance));
    List<Instance> staying = staying();
    List<Instance> old = staying.stream().filter(instance -> !isFresh(instance)).toList();
    List<Instance> fresh = staying.stream().filter(this::isFresh).toList();
    int readyFresh = (int) fresh.stream().filter(Instance::isReady).count();
    int minHealthy = (int) Math.ceil(target * strategy("minimumHealthCapacity"));
    List<Instance> kills = new ArrayList<>(scale(fresh));
    kills.addAll(drop(old, Math.min(old.size(), old.size() + readyFresh - minHealthy)));
    return kills;
  }

  private int missing() {
    if (!replacing) {
      return Math.max(0, target - staying().size());
    }
    int minHealthy = (int) Math.ceil(target * strategy("minimumHealthCapacity"));
    int most = target + (int) Math.floor(target * strategy("maximumOverCapacity"));
    if (most == target && minHealthy == target) {
      most = target + 1; // or no task could ever be replaced
    }
    int fresh = (int) staying().stream().filter(this::isFresh).count();
    return Math.max(0, Math.min(target - fresh, most - instances.size()));
  }

  private double strategy(String field) {
    JsonNode strategy = app.spec().path("upgradeStrategy");
    return strategy.path(field).asDouble(1);
  }

  // those that do not work go first, then the youngest or oldest
  private List<Instance> drop(List<Instance> candidates, int count) {
    List<Instance> order = new ArrayList<>(candidates);
    if (app.spec().path("killSelection").asText().equals("YOUNGEST_FIRST")) {
      order = new ArrayList<>(order.reversed());
    }
    order.sort(Comparator.comparing(Instance::isReady));
    List<Instance> kills = new ArrayList<>();
    for (Instance instance : order.subList(0, Math.max(0, Math.min(count, order.size())))) {
      if (instance.launched) {
        kills.add(instance);
      } else {
        instances.remove(instance);
      }
    }
    return kills;
  }
}
