package fob.deployer;

import fob.bus.Bus;
import fob.bus.Group;
import fob.bus.GroupWatch;
import fob.bus.log.LogPublisher;
import fob.bus.loop.ConsumerLoop;
import fob.bus.loop.Delivery;
import fob.bus.loop.Intake;
import fob.bus.table.CodeStore;
import fob.bus.table.FunctionTable;
import fob.bus.table.Heartbeat;
import fob.bus.table.TopicFollower;
import fob.bus.wire.Topics;
import fob.deployer.layer.Dependencies;
import fob.function.PlatformInfo;
import fob.service.Loops;
import fob.service.Service;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Follows registrations and keeps functions running. Of several deployers on one bus the one that
 * owns the partition of {@code fob.gen} is active; the others wait to take over. Single use.
 *
 * <p>All decisions are made on the thread of {@link Decisions}, in the order in which they arrived.
 */
public final class Deployer implements AutoCloseable {

  private static final String TRANSACTIONAL_ID = "fob.deployer";
  private static final Duration LOAD = Duration.ofSeconds(60);
  private static final Duration CATCH_UP = Duration.ofSeconds(10);
  private static final int MAX_IN_FLIGHT = 100;
  private static final long MAX_BYTES_IN_FLIGHT = 64L * 1024 * 1024;
  private static final Duration DRAIN = Duration.ofSeconds(1);

  /** Creates the platform. */
  @FunctionalInterface
  public interface PlatformFactory {
    /**
     * @param owner marks what belongs to this fob: the id of its Kafka cluster
     * @param loops watches the platform's threads
     * @throws IOException if it cannot run here; the message is for the user
     */
    Platform create(Drivers drivers, String owner, Platform.Listener listener, Loops loops)
        throws IOException;
  }

  private final Service parts = new Service();
  private final Decisions decisions;
  private final FencedProducer producer;
  private volatile @Nullable ConsumerLoop registrations;
  private volatile @Nullable GroupWatch groups;
  private final FunctionTable table;
  private final CodeStore codes;
  private final Platform platform;
  private final Reconciler reconciler;
  private final Leadership leadership;

  private Deployer(Bus bus, DeployerOptions options) throws IOException, InterruptedException {
    Loops loops = bus.loops();
    this.decisions = new Decisions(loops);
    this.producer =
        new FencedProducer(() -> bus.transactionalProducer(TRANSACTIONAL_ID), this::replaced);
    try {
      this.table = parts.add(new FunctionTable(bus, (id, state) -> {}));
      this.codes = parts.add(new CodeStore(bus));
      table.start(Instant.now().plus(LOAD));
      codes.start(Instant.now().plus(LOAD));
      SecretChanges secrets = parts.add(new SecretChanges(bus, decisions, this::secretChanged));
      FunctionWriter writer = parts.add(FunctionWriter.start(loops, producer));
      LogPublisher logs = parts.add(new LogPublisher(bus));
      Executor whileActive = decision -> later(Duration.ZERO, decision);
      var metrics = new DeployerMetrics(bus.metrics().registry());
      var events = new PlatformEvents(whileActive, this::reconciler, logs, metrics);
      this.platform =
          parts.add(options.platform().create(options.drivers(), bus.clusterId(), events, loops));
      Drivers usable = options.drivers().usableOn(platform);
      PlatformInfo info = platform.info(usable.descriptions());
      Dependencies dependencies =
          parts.add(Dependencies.of(platform.name(), platform.installer(), bus, producer));
      parts.add(decisions); // closed first: the thread that uses all others
      Secrets given = new Secrets(secrets.table(), options.secretKeys());
      this.reconciler =
          new Reconciler(
              codes,
              platform,
              usable,
              new FunctionServices(given, dependencies, parts.add(new SchemaReader())),
              writer,
              new Times(this::later, InstantSource.system(), options.keptVersions()),
              metrics);
      Runnable beat = () -> writer.write(info, Instant.now());
      this.leadership = new Leadership(decisions, reconciler, this::takeOver, beat, metrics);
      metrics.gauges(() -> leadership.isActive() ? table.all().toList() : List.of());
      secrets.start(Instant.now().plus(LOAD));
      parts
          .add(
              new TopicFollower(
                  loops,
                  Topics.REPORTS,
                  bus.follower(),
                  new InvokerReports(whileActive, platform, reconciler)))
          .start(Instant.now().plus(LOAD));
    } catch (IOException | InterruptedException | RuntimeException e) {
      parts.close();
      throw e;
    }
  }

  private Reconciler reconciler() {
    return reconciler;
  }

  private void later(Duration delay, Runnable decision) {
    decisions.later(delay, () -> leadership.ifActive(decision));
  }

  /**
   * Starts a deployer. The topics must exist.
   *
   * @throws IOException if the platform cannot run here; the message is for the user
   * @throws IllegalStateException if the bus cannot be read
   */
  public static Deployer start(Bus bus, DeployerOptions options)
      throws IOException, InterruptedException {
    Deployer deployer = new Deployer(bus, options);
    deployer.decisions.every(Heartbeat.EVERY, deployer.leadership::beat);
    ConsumerLoop registrations =
        deployer.parts.add(
            new ConsumerLoop(
                bus.loops().loop("registrations"),
                List.of(
                    new Intake(Topics.GEN, deployer::handle, MAX_IN_FLIGHT, MAX_BYTES_IN_FLIGHT)),
                bus.member(Group.REGISTRATIONS, options.member()),
                new ConsumerLoop.Work(
                    new Activity(deployer.decisions, deployer.leadership),
                    Optional.empty(),
                    DRAIN)));
    deployer.registrations = registrations;
    registrations.start();
    deployer.groups =
        deployer.parts.add(
            new GroupWatch(
                bus,
                List.of(Group.REGISTRATIONS),
                Map.of(Group.REGISTRATIONS.name(), registrations::rejoin)));
    return deployer;
  }

  /**
   * Returns why registrations do not take effect now, in one sentence; empty if they do, here or at
   * the active deployer.
   */
  public Optional<String> unready() {
    GroupWatch known = groups;
    return known == null
        ? Optional.of("this deployer is starting")
        : known.problem().or(leadership::problem).or(table::unvouched);
  }

  private void secretChanged(String name) {
    leadership.ifActive(() -> reconciler.secretChanged(name));
  }

  /** Another deployer may be active: this one stops, and takes over again if the group says so. */
  private void replaced() {
    decisions.soon(leadership::lost);
    Optional.ofNullable(registrations).ifPresent(ConsumerLoop::joinAnew);
  }

  private void takeOver() throws InterruptedException {
    producer.begin();
    Instant patience = Instant.now().plus(CATCH_UP);
    table.catchUp(patience);
    codes.catchUp(patience);
    reconciler.resume(table.all().toList(), table.names().toList());
  }

  private void handle(ConsumerRecord<String, byte[]> record, Delivery delivery) {
    decisions.soon(() -> leadership.handle(record, delivery));
  }

  /** Stops, and ends every function that cannot outlive it. Functions stay registered. */
  @Override
  public void close() {
    parts.close();
  }
}
