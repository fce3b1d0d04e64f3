package fob.deployer.local;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Starts the instances of one function, and knows the instances that have not ended. Used on the
 * function's event queue alone.
 */
final class Instances {

  private static final Duration DRAIN_BESIDE_CALLS = Duration.ofSeconds(5);

  private final FunctionHost host;
  private final PlatformServices services;
  private final FunctionLog log;
  private final BiConsumer<LocalInstance, InstanceEvent> listener;
  private final Set<LocalInstance> alive = new HashSet<>();
  private int lastNumber;

  /**
   * Creates the set without any instance.
   *
   * @param listener gets the events of all instances; called on many threads
   */
  Instances(
      FunctionHost host,
      PlatformServices services,
      FunctionLog log,
      BiConsumer<LocalInstance, InstanceEvent> listener) {
    this.host = host;
    this.services = services;
    this.log = log;
    this.listener = listener;
  }

  /** Starts a new instance. */
  LocalInstance start(Starts.Urgency urgency) {
    lastNumber++;
    InstanceLocation location = host.location(lastNumber);
    return begin(location, urgency, output -> host.start(location, output));
  }

  /** Takes over an instance that an earlier deployer started. */
  LocalInstance adopt(InstanceLocation location) {
    lastNumber = Math.max(lastNumber, location.number());
    return begin(location, Starts.Urgency.SERVED_BEFORE, output -> host.adopt(location, output));
  }

  private LocalInstance begin(
      InstanceLocation location, Starts.Urgency urgency, LocalInstance.Source source) {
    Starts.Turn turn = services.starts().ask(host.spec().id(), urgency);
    LocalInstance instance =
        new LocalInstance(location, host.spec().limits(), source, turn, log, listener);
    alive.add(instance);
    Thread.ofVirtual()
        .name("fob-" + instance.instance().id())
        .start(() -> instance.live(services.startTimeout(), services.checks(), longestDrain()));
    return instance;
  }

  /** See {@link FunctionHost#isOutdated}. */
  boolean isOutdated(LocalInstance instance) {
    return host.isOutdated(instance.location());
  }

  /** Forgets an instance that has ended or was left running. */
  void forget(LocalInstance instance) {
    alive.remove(instance);
  }

  /** Returns the instances that have not ended; a copy. */
  List<LocalInstance> alive() {
    return List.copyOf(alive);
  }

  /** Returns how long a driver may take to end once it has said that it will. */
  Duration longestDrain() {
    return longestDrain(host.spec().limits().timeout());
  }

  /** Returns the same for a function with this timeout. */
  static Duration longestDrain(Duration timeout) {
    return timeout.plus(DRAIN_BESIDE_CALLS);
  }
}
