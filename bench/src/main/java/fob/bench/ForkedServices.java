package fob.bench;

import fob.bus.Bus;
import fob.bus.BusSettings;
import fob.service.Threads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;

/**
 * A broker, a gateway, a deployer and some invokers, each in a JVM of its own. Used by one thread
 * at a time.
 */
final class ForkedServices implements RunningFob, AutoCloseable {

  private static final Pattern KAFKA = Pattern.compile("Kafka listens at ([^;\\s]+)");
  private static final Duration READY = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final ForkedJvms jvms;
  private final String bootstrapServers;
  private final InetSocketAddress http;
  private final Map<String, String> environment;
  private final Map<String, String> ofInvokers;
  private final Shards shards;
  private final Deque<Process> invokers = new ArrayDeque<>();
  private int started;

  private ForkedServices(
      ForkedJvms jvms,
      String bootstrapServers,
      int port,
      Map<String, String> environment,
      Map<String, String> ofInvokers) {
    this.jvms = jvms;
    this.bootstrapServers = bootstrapServers;
    this.http = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.environment = environment;
    this.ofInvokers = Map.copyOf(ofInvokers);
    this.shards = new Shards(new Bus(BusSettings.of(bootstrapServers)));
  }

  /**
   * Starts fob with one invoker and waits until it is ready.
   *
   * @param partitions the partitions of topics that are split into many
   * @param ofInvokers further settings of the invokers
   * @throws IOException if it does not start; its parts print the reason to stderr themselves
   */
  static ForkedServices start(int partitions, Map<String, String> ofInvokers) throws Exception {
    ForkedJvms jvms = new ForkedJvms();
    try {
      Path data = jvms.folder().resolve("kafka");
      Process broker =
          jvms.start(
              log(jvms, "broker"),
              List.of("fob.standalone.Fob", "broker", "--port", "0", "--data", data.toString()),
              Map.of());
      String kafka = ForkedJvms.await(KAFKA, broker.inputReader());
      Map<String, String> environment = new HashMap<>();
      environment.put("FOB_KAFKA_BOOTSTRAP_SERVERS", kafka);
      environment.put("FOB_PARTITIONS", Integer.toString(partitions));
      environment.put("FOB_DRIVERS", Path.of(System.getProperty("fob.home"), "drivers").toString());
      environment.put(
          "FOB_LOG_DIR", Files.createDirectories(jvms.folder().resolve("functions")).toString());
      ForkedServices services =
          new ForkedServices(jvms, kafka, ForkedJvms.freePort(), environment, ofInvokers);
      services.startAll();
      return services;
    } catch (Exception e) {
      jvms.close();
      throw e;
    }
  }

  private void startAll() throws Exception {
    Process gateway = service("gateway", "gateway", http.getPort(), Map.of());
    service("deployer", "deployer", 0, Map.of());
    startInvoker();
    awaitReady(http, gateway);
    awaitShared();
  }

  private static void awaitReady(InetSocketAddress address, Process gateway) throws IOException {
    long deadline = System.nanoTime() + READY.toNanos();
    while (!HttpConnection.isReady(address)) {
      if (!gateway.isAlive() || System.nanoTime() > deadline) {
        throw new IOException("fob is not ready; see its messages above");
      }
      Threads.pause(PAUSE);
    }
  }

  /**
   * Starts a further gateway, waits until it is ready, and stops it.
   *
   * @return the time from the start of its process until it was ready
   */
  Duration startGateway() throws IOException {
    int port = ForkedJvms.freePort();
    long begin = System.nanoTime();
    Process gateway = service("gateway", "further-gateway", port, Map.of());
    awaitReady(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), gateway);
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    jvms.stop(gateway);
    return took;
  }

  private Process service(String service, String name, int port, Map<String, String> more)
      throws IOException {
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(more);
    all.put("FOB_PORT", Integer.toString(port));
    return jvms.start(log(jvms, name), List.of("fob." + service + ".Main"), all);
  }

  /** Makes a JVM log to a file, and print only what a person must know. */
  private static List<String> log(ForkedJvms jvms, String name) {
    return List.of("-Dfob.log=" + jvms.folder().resolve(name + ".log"));
  }

  /** Starts an invoker, and does not wait for it. */
  void startInvoker() throws IOException {
    started++;
    invokers.addLast(service("invoker", "invoker-" + started, 0, ofInvokers));
  }

  /** Stops the invoker that was started first, and waits for its end. */
  void stopInvoker() {
    jvms.stop(invokers.removeFirst());
  }

  /** Kills the invoker that was started first. */
  void killInvoker() throws InterruptedException {
    jvms.kill(invokers.removeFirst());
  }

  /**
   * Waits until all invokers that were started share the partitions.
   *
   * @return how long that took
   */
  Duration awaitShared() throws IOException, ExecutionException, InterruptedException {
    return shards.awaitShared(invokers.size(), READY);
  }

  /**
   * Starts or stops invokers until there are so many, and waits until they share the partitions.
   */
  void invokers(int count) throws IOException, ExecutionException, InterruptedException {
    while (invokers.size() < count) {
      startInvoker();
    }
    while (invokers.size() > count) {
      stopInvoker();
    }
    var _ = awaitShared();
  }

  Shards shards() {
    return shards;
  }

  @Override
  public InetSocketAddress http() {
    return http;
  }

  @Override
  public String bootstrapServers() {
    return bootstrapServers;
  }

  @Override
  public List<Long> jvms() {
    return jvms.running();
  }

  @Override
  public List<Long> functions() {
    return jvms.functions();
  }

  @Override
  public void close() {
    shards.close();
    jvms.close();
  }
}
