package fob.deployer.process;

import fob.deployer.Driver;
import fob.deployer.Drivers;
import fob.deployer.Platform;
import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionStatus;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs each instance as a bubblewrap sandbox on this machine, which serves HTTP on a Unix socket.
 * Nothing of it outlives this process: the kernel kills the sandboxes of a fob that was killed.
 * Thread-safe; once closed it cannot be used again.
 */
public final class ProcessPlatform implements Platform {

  private static final Logger LOGGER = LoggerFactory.getLogger(ProcessPlatform.class);
  private static final long LARGEST_LOG = 5 * 1024 * 1024;
  private static final Duration LONGEST_GRACE = Duration.ofSeconds(10);
  private static final Duration GRACE_AT_CLOSE = Duration.ofMillis(800);
  private static final Duration LONGEST_CLOSE = Duration.ofMillis(2500);

  private final ProcessConfig config;
  private final Drivers drivers;
  private final Listener listener;
  private final Machinery machinery;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("fob-process-timer").factory());

  /** The listener is called from here alone: in order, and while no lock of ours is held. */
  private final ExecutorService statuses =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("fob-process-status").factory());

  /** Empty: it could not even begin. */
  private final Map<FunctionId, Optional<Supervisor>> deployed = new HashMap<>(); // guarded by this

  private final Set<Supervisor> leaving = new HashSet<>(); // guarded by this
  private int functions; // guarded by this
  private boolean closed; // guarded by this

  /**
   * @throws IOException if it cannot run sandboxes here; the message is for the user
   */
  public ProcessPlatform(ProcessConfig config, Drivers drivers, Listener listener)
      throws IOException {
    this.config = config;
    this.drivers = drivers;
    this.listener = listener;
    this.machinery = Machinery.start(config);
  }

  @Override
  public String name() {
    return "process";
  }

  @Override
  public String isolation() {
    return machinery.isolation();
  }

  @Override
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
      fail(
          id,
          "there is no driver for the language '%s', only for %s"
              .formatted(spec.language(), String.join(", ", drivers.languages())));
      return;
    }
    try {
      Supervisor supervisor = supervisor(spec, code, driver.get());
      deployed.put(id, Optional.of(supervisor));
      supervisor.start();
    } catch (IOException e) {
      LOGGER.atError().addKeyValue("function", id).setCause(e).log("cannot be deployed");
      fail(id, "fob could not write the function's files: " + e.getMessage());
    }
  }

  private Supervisor supervisor(FunctionSpec spec, Code code, Driver driver) throws IOException {
    functions++;
    FunctionHome home =
        FunctionHome.create(spec, code, driver, machinery.runtime(), functions, machinery.users());
    FunctionLog log =
        new FunctionLog(
            config.logDirectory().resolve(spec.id() + ".log"), LARGEST_LOG, InstantSource.system());
    var self = new CompletableFuture<Supervisor>();
    Supervisor supervisor =
        new Supervisor(
            home,
            machinery.launcher(),
            log,
            timer,
            config.startTimeout(),
            status -> tell(self.join(), spec.id(), status));
    self.complete(supervisor);
    return supervisor;
  }

  private void fail(FunctionId id, String message) {
    FunctionStatus failed = new FunctionStatus.Failed(FunctionStatus.Failure.of(message));
    statuses.execute(() -> tell(id, failed));
  }

  private void tell(Supervisor supervisor, FunctionId id, FunctionStatus status) {
    statuses.execute(() -> {
      if (!supervisor.isRemoved()) {
        tell(id, status);
      }
    });
  }

  private void tell(FunctionId id, FunctionStatus status) {
    try {
      listener.changed(id, status);
    } catch (RuntimeException e) {
      LOGGER.atError().addKeyValue("function", id).setCause(e).log("a listener failed");
    }
  }

  @Override
  public synchronized void remove(FunctionId id) {
    Optional<Supervisor> supervisor = deployed.remove(id);
    if (supervisor != null) {
      supervisor.ifPresent(this::leave);
    }
  }

  private void leave(Supervisor supervisor) {
    leaving.add(supervisor);
    Duration timeout = supervisor.home().spec().limits().timeout();
    Duration grace = timeout.compareTo(LONGEST_GRACE) < 0 ? timeout : LONGEST_GRACE;
    var _ = supervisor.remove(grace).thenRunAsync(() -> forget(supervisor), timer);
  }

  private void forget(Supervisor supervisor) {
    supervisor.log().close();
    Trees.delete(supervisor.home().directory());
    synchronized (this) {
      leaving.remove(supervisor);
    }
  }

  /** Nothing outlives the deployer that started it. */
  @Override
  public synchronized void retain(Set<FunctionId> wanted) {
    deployed().stream().filter(id -> !wanted.contains(id)).forEach(this::remove);
  }

  @Override
  public synchronized void release() {
    deployed().forEach(this::remove);
  }

  /** What is deployed, in whatever state it is. */
  synchronized Set<FunctionId> deployed() {
    return Set.copyOf(deployed.keySet());
  }

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
    statuses.shutdown();
    timer.shutdownNow();
    machinery.close();
    all.forEach(supervisor -> supervisor.log().close());
  }

  private static void awaitGone(List<CompletableFuture<Void>> gone) {
    try {
      CompletableFuture.allOf(gone.toArray(CompletableFuture[]::new))
          .get(LONGEST_CLOSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      LOGGER.atWarn().log("some sandboxes did not end in time; the kernel ends them now");
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
