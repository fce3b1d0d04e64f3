package fob.deployer.local;

import fob.deployer.CodeSource;
import fob.deployer.Driver;
import fob.deployer.Drivers;
import fob.deployer.Platform;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The functions that one platform runs on its machine, each with a {@link Supervisor}. Thread-safe:
 * the lock is this object, and only {@link #close} waits, without the lock. Once closed it cannot
 * be used again.
 */
public final class LocalFunctions implements AutoCloseable {

  /** Prepares a function on its platform. */
  @FunctionalInterface
  public interface Hosting {
    /**
     * Makes what all instances of the function share.
     *
     * @throws IOException if that fails; the message is for the user
     * @throws KafkaException if the code cannot be read now
     */
    FunctionHost host(FunctionSpec spec, CodeSource code, Driver driver) throws IOException;
  }

  private static final Logger LOGGER = LoggerFactory.getLogger(LocalFunctions.class);
  private static final long LARGEST_LOG = 5 * 1024 * 1024;
  private static final Duration LONGEST_GRACE = Duration.ofSeconds(10);
  private static final Duration GRACE_AT_CLOSE = Duration.ofMillis(800);
  private static final Duration LONGEST_CLOSE = Duration.ofMillis(2500);

  private final LocalSettings settings;
  private final Drivers drivers;
  private final Hosting hosting;
  private final PlatformServices services;

  /** Empty: the function has failed before it had a supervisor. */
  private final Map<FunctionId, Optional<Supervisor>> deployed = new HashMap<>(); // guarded by this

  private final EndingFunctions ending;
  private boolean closed; // guarded by this

  /** Creates the set without any function; {@code platform} is its name, for threads. */
  public LocalFunctions(
      PlatformThreads threads,
      LocalSettings settings,
      Drivers drivers,
      Platform.Listener listener,
      Hosting hosting) {
    this(threads, settings, HealthChecks.Timing.STANDARD, drivers, listener, hosting);
  }

  LocalFunctions(
      PlatformThreads threads,
      LocalSettings settings,
      HealthChecks.Timing timing,
      Drivers drivers,
      Platform.Listener listener,
      Hosting hosting) {
    this.settings = settings;
    this.drivers = drivers;
    this.hosting = hosting;
    this.services = new PlatformServices(threads, settings, timing, listener);
    this.ending = new EndingFunctions(services.files());
  }

  /** See {@link Platform#deploy}. */
  public synchronized void deploy(FunctionSpec spec, CodeSource code) {
    if (closed) {
      throw new IllegalStateException("the platform is closed");
    }
    FunctionId id = spec.id();
    if (deployed.containsKey(id)) {
      return;
    }
    deployed.put(id, Optional.empty());
    Optional<Driver> driver = drivers.of(spec);
    if (driver.isEmpty()) {
      services
          .notifier()
          .failed(
              id,
              "there is no driver for the language '%s', only for %s"
                  .formatted(spec.language(), String.join(", ", drivers.languages())));
      return;
    }
    try {
      Supervisor supervisor = supervisor(spec, hosting.host(spec, code, driver.get()));
      deployed.put(id, Optional.of(supervisor));
      supervisor.start();
    } catch (KafkaException e) {
      deployed.remove(id);
      throw e;
    } catch (IOException e) {
      LOGGER.atError().addKeyValue("function", id).setCause(e).log("cannot be deployed");
      services.notifier().failed(id, "fob could not prepare the function: " + e.getMessage());
    }
  }

  private Supervisor supervisor(FunctionSpec spec, FunctionHost host) {
    FunctionId id = spec.id();
    FunctionLog log =
        new FunctionLog(
            settings.logDirectory().resolve(id + ".log"),
            LARGEST_LOG,
            InstantSource.system(),
            (instance, line) -> services.listener().logged(id, instance, line));
    return new Supervisor(host, services, log);
  }

  /** See {@link Platform#replace}. */
  public void replace(FunctionId id, String instance, String reason) {
    Optional<Supervisor> supervisor;
    synchronized (this) {
      supervisor = deployed.getOrDefault(id, Optional.empty());
    }
    supervisor.ifPresent(each -> each.replace(instance, reason));
  }

  /** See {@link Platform#secretsChanged}. */
  public synchronized void secretsChanged(FunctionId id) {
    deployed.getOrDefault(id, Optional.empty()).ifPresent(Supervisor::secretsChanged);
  }

  /**
   * Ends the function's instances, which may finish their calls within ten seconds. A function that
   * is not deployed is no error.
   */
  public synchronized void remove(FunctionId id) {
    end(id, timeout -> timeout.compareTo(LONGEST_GRACE) < 0 ? timeout : LONGEST_GRACE);
  }

  /** See {@link Platform#stop}. */
  public synchronized void stop(FunctionId id) {
    deployed
        .getOrDefault(id, Optional.empty())
        .ifPresent(each -> each.log().say("idle: its instances end, until the next call comes"));
    end(id, Instances::longestDrain);
  }

  private void end(FunctionId id, UnaryOperator<Duration> grace) {
    deployed
        .getOrDefault(id, Optional.empty())
        .ifPresent(
            each -> ending.add(each, each.remove(grace.apply(each.spec().limits().timeout()))));
    deployed.remove(id);
  }

  /** Lets go of all functions. Instances that are up and can outlive this deployer run on. */
  public synchronized void leaveAll() {
    deployed.values().forEach(some -> some.ifPresent(each -> ending.add(each, each.leave())));
    deployed.clear();
  }

  /** Returns the functions that are deployed, in whatever state. */
  public synchronized Set<FunctionId> deployed() {
    return Set.copyOf(deployed.keySet());
  }

  /** See {@link PlatformServices#whenNothingStarts}. */
  public void whenNothingStarts(Duration delay, Runnable work) {
    services.whenNothingStarts(delay, work);
  }

  /** Ends all functions that have not been let go of, within a few seconds. */
  @Override
  public void close() {
    List<Supervisor> all = new ArrayList<>();
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      deployed.values().forEach(supervisor -> supervisor.ifPresent(all::add));
      deployed.clear();
      all.addAll(ending.all());
    }
    EndingFunctions.await(
        all.stream().map(supervisor -> supervisor.remove(GRACE_AT_CLOSE)).toList(), LONGEST_CLOSE);
    services.close();
    all.forEach(supervisor -> supervisor.log().close());
  }
}
