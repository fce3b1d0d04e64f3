package fob.deployer.local;

import fob.deployer.Driver;
import fob.deployer.Drivers;
import fob.deployer.Platform;
import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The functions that one platform runs on its machine. Thread-safe; once closed it cannot be used
 * again.
 */
public final class LocalFunctions implements AutoCloseable {

  /** Prepares a function on its platform. */
  @FunctionalInterface
  public interface Hosting {
    /**
     * @throws IOException if its files cannot be written
     */
    FunctionHost host(FunctionSpec spec, Code code, Driver driver) throws IOException;
  }

  private static final Logger LOGGER = LoggerFactory.getLogger(LocalFunctions.class);
  private static final long LARGEST_LOG = 5 * 1024 * 1024;
  private static final Duration LONGEST_GRACE = Duration.ofSeconds(10);
  private static final Duration GRACE_AT_CLOSE = Duration.ofMillis(800);
  private static final Duration LONGEST_CLOSE = Duration.ofMillis(2500);

  private final LocalSettings settings;
  private final Drivers drivers;
  private final Hosting hosting;
  private final PlatformServices shared;

  /** Empty: it could not even begin. */
  private final Map<FunctionId, Optional<Supervisor>> deployed = new HashMap<>(); // guarded by this

  private final Set<Supervisor> leaving = new HashSet<>(); // guarded by this
  private boolean closed; // guarded by this

  /**
   * @param platform its name, for threads
   */
  public LocalFunctions(
      String platform,
      LocalSettings settings,
      Drivers drivers,
      Platform.Listener listener,
      Hosting hosting) {
    this(platform, settings, HealthChecks.Timing.STANDARD, drivers, listener, hosting);
  }

  LocalFunctions(
      String platform,
      LocalSettings settings,
      HealthChecks.Timing timing,
      Drivers drivers,
      Platform.Listener listener,
      Hosting hosting) {
    this.settings = settings;
    this.drivers = drivers;
    this.hosting = hosting;
    this.shared = new PlatformServices(platform, settings, timing, listener);
  }

  /** Sees to it that the function runs; see {@link Platform#deploy}. */
  public synchronized void deploy(FunctionSpec spec, Code code) {
    if (closed) {
      throw new IllegalStateException("the platform is closed");
    }
    FunctionId id = spec.id();
    if (deployed.containsKey(id)) {
      return;
    }
    deployed.put(id, Optional.empty());
    Optional<Driver> driver = drivers.get(spec.language());
    if (driver.isEmpty()) {
      shared
          .news()
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
    } catch (IOException e) {
      LOGGER.atError().addKeyValue("function", id).setCause(e).log("cannot be deployed");
      shared.news().failed(id, "fob could not write the function's files: " + e.getMessage());
    }
  }

  private Supervisor supervisor(FunctionSpec spec, FunctionHost host) {
    FunctionLog log =
        new FunctionLog(
            settings.logDirectory().resolve(spec.id() + ".log"),
            LARGEST_LOG,
            InstantSource.system());
    return new Supervisor(host, shared, log);
  }

  /** See {@link Platform#replace}. */
  public void replace(FunctionId id, String instance, String reason) {
    Optional<Supervisor> supervisor;
    synchronized (this) {
      supervisor = deployed.getOrDefault(id, Optional.empty());
    }
    supervisor.ifPresent(each -> each.replace(instance, reason));
  }

  /**
   * Ends its instances; they may finish their calls.
   *
   * @return whether it was deployed
   */
  public synchronized boolean remove(FunctionId id) {
    Optional<Supervisor> supervisor = deployed.remove(id);
    if (supervisor == null) {
      return false;
    }
    supervisor.ifPresent(each -> {
      Duration timeout = each.spec().limits().timeout();
      Duration grace = timeout.compareTo(LONGEST_GRACE) < 0 ? timeout : LONGEST_GRACE;
      leaving.add(each);
      forgetAfter(each, each.remove(grace));
    });
    return true;
  }

  /** Lets go of all; what is up and can outlive this deployer runs on, the rest ends. */
  public synchronized void leaveAll() {
    deployed.values().stream()
        .flatMap(Optional::stream)
        .forEach(each -> {
          leaving.add(each);
          forgetAfter(each, each.leave());
        });
    deployed.clear();
  }

  private void forgetAfter(Supervisor supervisor, CompletableFuture<Void> gone) {
    var _ = gone.thenRunAsync(() -> forget(supervisor), shared.files());
  }

  private void forget(Supervisor supervisor) {
    supervisor.log().close();
    supervisor.host().delete();
    synchronized (this) {
      leaving.remove(supervisor);
    }
  }

  /** What is deployed, in whatever state it is. */
  public synchronized Set<FunctionId> deployed() {
    return Set.copyOf(deployed.keySet());
  }

  /** Ends all that has not been let go of, within a few seconds. */
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
      all.addAll(leaving);
    }
    awaitGone(all.stream().map(supervisor -> supervisor.remove(GRACE_AT_CLOSE)).toList());
    shared.close();
    all.forEach(supervisor -> supervisor.log().close());
  }

  private static void awaitGone(List<CompletableFuture<Void>> gone) {
    try {
      CompletableFuture.allOf(gone.toArray(CompletableFuture[]::new))
          .get(LONGEST_CLOSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      LOGGER.atWarn().log("some sandboxes did not end in time");
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
