package fob.standalone;

import fob.bus.Bus;
import fob.bus.BusSettings;
import fob.bus.BusStart;
import fob.deployer.Deployer;
import fob.deployer.DeployerOptions;
import fob.deployer.Drivers;
import fob.gateway.Gateway;
import fob.gateway.GatewayConfig;
import fob.invoker.Invoker;
import fob.invoker.InvokerConfig;
import fob.secret.SecretKeys;
import fob.service.Service;
import fob.service.Threads;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A broker, a gateway, a deployer and an invoker in this JVM. */
public final class Standalone implements AutoCloseable {

  private static final String MEMBER = "standalone";
  private static final Path TEMPORARY =
      Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
  private static final Duration READY = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(5);

  private final Service parts;
  private final Gateway gateway;
  private final EmbeddedBroker broker;
  private final String host;
  private final String scheme;

  private Standalone(
      Service parts, Gateway gateway, EmbeddedBroker broker, StandaloneOptions options) {
    this.parts = parts;
    this.gateway = gateway;
    this.broker = broker;
    this.host = options.host();
    this.scheme = options.tls().isPresent() ? "https" : "http";
  }

  /**
   * Starts everything and waits until the gateway is ready.
   *
   * @throws Exception if fob cannot start; the message is for the user
   */
  public static Standalone start(StandaloneOptions options) throws Exception {
    DataFolder data = DataFolder.open(options.data());
    Service parts = new Service();
    parts.add(data);
    return start(options, data, parts);
  }

  /**
   * Starts like {@link #start(StandaloneOptions)}.
   *
   * @param data the data folder of the options, opened before the first logger creates its file
   *     there
   * @param parts gets all parts; another thread may close it during the start
   */
  static Standalone start(StandaloneOptions options, DataFolder data, Service parts)
      throws Exception {
    // Wrong options are refused before anything starts.
    Drivers drivers = Drivers.in(options.drivers());
    SecretKeys secretKeys = SecretKeyFile.in(options.data());
    Path functionLogs = DataFolder.functionLogs(options.data());
    Deployer.PlatformFactory platform = options.platform().with(TEMPORARY, functionLogs, drivers);
    // The parts start on several threads, but close in the reverse of this order. So the invoker
    // finishes its calls while the functions still run and the gateway still takes replies.
    Service brokers = parts.add(new Service());
    Service deployers = parts.add(new Service());
    Service gateways = parts.add(new Service());
    Service invokers = parts.add(new Service());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<EmbeddedBroker> starting =
          threads.submit(() ->
              brokers.add(
                  EmbeddedBroker.start(data.kafka(), options.kafkaHost(), options.kafkaPort())));
      Gateway gateway =
          gateways.add(
              Gateway.listen(
                  GatewayConfig.standard(
                          BusSettings.of("the embedded broker"), options.host(), options.port())
                      .withHosts(options.hosts())
                      .withWarmUp(options.warmUp())
                      .withSecretKeys(secretKeys)
                      .withAccess(options.access())
                      .withTls(options.tls())));
      EmbeddedBroker broker = get(starting);
      Bus bus =
          brokers.add(
              BusStart.connect(
                  BusSettings.of(broker.bootstrapServers())
                      .alone()
                      .withMetrics(options.metrics())
                      .withTraces(options.traces())));
      Future<?> deployer =
          threads.submit(() ->
              deployers.add(
                  Deployer.start(
                      bus,
                      new DeployerOptions(
                          Optional.of(MEMBER),
                          drivers,
                          platform,
                          Optional.of(secretKeys),
                          options.keptVersions()))));
      Future<?> invoker =
          threads.submit(() ->
              invokers.add(
                  Invoker.start(
                      InvokerConfig.standard(bus.settings(), MEMBER).withWarmUp(options.warmUp()),
                      bus)));
      gateway.connect(bus);
      get(deployer);
      get(invoker);
      awaitReady(gateway);
      return new Standalone(parts, gateway, broker, options);
    } catch (Exception e) {
      parts.close();
      throw e;
    }
  }

  private static <T> T get(Future<T> future) throws Exception {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }

  private static void awaitReady(Gateway gateway) throws IOException {
    long deadline = System.nanoTime() + READY.toNanos();
    Optional<String> why = gateway.whyUnready();
    while (why.isPresent()) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "fob is not ready after %d s: %s".formatted(READY.toSeconds(), why.get()));
      }
      Threads.pause(POLL);
      why = gateway.whyUnready();
    }
  }

  /** Returns the URL of the HTTP API. */
  public URI url() {
    return URI.create(scheme + "://" + host + ":" + gateway.port());
  }

  /** Returns the broker's address, as {@code host:port}. */
  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  @Override
  public void close() {
    parts.close();
  }
}
