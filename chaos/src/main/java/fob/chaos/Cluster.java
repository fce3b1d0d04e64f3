package fob.chaos;

import fob.service.Threads;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A broker, two deployers, two gateways and two invokers on 127.0.0.1, each in a process of its
 * own. Used by one thread, except {@link #close}.
 */
final class Cluster implements AutoCloseable {

  private static final Duration READY = Duration.ofMinutes(2);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration ANSWER = Duration.ofSeconds(2);

  private final Path logs;
  private final FobProcess broker;
  private final List<FobProcess> deployers;
  private final List<FobProcess> gateways;
  private final List<FobProcess> invokers;
  private final Thread atExit = new Thread(this::endAll);
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(ANSWER).build();

  /**
   * Prepares the processes.
   *
   * @param folder an empty folder for data and logs
   * @param home the folder in which fob is installed
   */
  Cluster(Path folder, Path home) throws IOException {
    this.logs = Files.createDirectories(folder.resolve("functions"));
    Path output = Files.createDirectories(folder.resolve("output"));
    int port = FobProcess.freePort();
    String data = folder.resolve("kafka").toString();
    this.broker =
        new FobProcess(
            "broker",
            port,
            output,
            home,
            List.of("fob.standalone.Fob", "broker", "--port", "" + port, "--data", data),
            Map.of());
    ServiceProcesses services = new ServiceProcesses(output, home, "127.0.0.1:" + port, logs);
    this.deployers =
        List.of(
            services.process("deployer", "deployer-1", Map.of()),
            services.process("deployer", "deployer-2", Map.of()));
    this.gateways =
        List.of(
            services.process("gateway", "gateway-1", Map.of()),
            services.process("gateway", "gateway-2", Map.of()));
    // invoker-1 keeps its membership of the consumer group over a restart, invoker-2 does not.
    this.invokers =
        List.of(
            services.process("invoker", "invoker-1", Map.of("FOB_MEMBER", "invoker-1")),
            services.process("invoker", "invoker-2", Map.of()));
  }

  private record ServiceProcesses(Path output, Path home, String kafka, Path logs) {
    FobProcess process(String service, String name, Map<String, String> more) throws IOException {
      int port = FobProcess.freePort();
      Map<String, String> environment = new java.util.HashMap<>(more);
      environment.put("FOB_KAFKA_BOOTSTRAP_SERVERS", kafka);
      environment.put("FOB_PORT", Integer.toString(port));
      environment.put("FOB_WARM_UP", "false");
      environment.put("FOB_DRIVERS", home.resolve("drivers").toString());
      environment.put("FOB_LOG_DIR", logs.toString());
      return new FobProcess(
          name, port, output, home, List.of("fob." + service + ".Main"), environment);
    }
  }

  /** Starts all processes and waits until they are ready. They end with this JVM at the latest. */
  void start() throws IOException, InterruptedException {
    Runtime.getRuntime().addShutdownHook(atExit);
    broker.start();
    awaitReady(broker);
    for (FobProcess process : services()) {
      process.start();
    }
    for (FobProcess process : services()) {
      awaitReady(process);
    }
  }

  private List<FobProcess> services() {
    List<FobProcess> services = new ArrayList<>(deployers);
    services.addAll(gateways);
    services.addAll(invokers);
    return services;
  }

  /**
   * Waits until a process is ready.
   *
   * @throws IOException if it has ended, or is not ready within 2 min
   */
  void awaitReady(FobProcess process) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + READY.toNanos();
    while (!isReady(process)) {
      process.requireAlive();
      if (System.nanoTime() > deadline) {
        throw new IOException(
            process.name() + " is not ready after " + READY.toMinutes() + " min; logs: " + logs);
      }
      Threads.pause(POLL);
    }
  }

  private boolean isReady(FobProcess process) throws IOException, InterruptedException {
    if (process == broker) {
      return broker.out().contains("Kafka listens at");
    }
    try {
      HttpRequest ask =
          HttpRequest.newBuilder(url(process).resolve("/readyz")).timeout(ANSWER).build();
      return http.send(ask, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  void awaitAllReady() throws IOException, InterruptedException {
    awaitReady(broker);
    for (FobProcess process : services()) {
      awaitReady(process);
    }
  }

  static URI url(FobProcess process) {
    return URI.create("http://127.0.0.1:" + process.port());
  }

  FobProcess broker() {
    return broker;
  }

  List<FobProcess> deployers() {
    return deployers;
  }

  List<FobProcess> gateways() {
    return gateways;
  }

  List<FobProcess> invokers() {
    return invokers;
  }

  String bootstrapServers() {
    return "127.0.0.1:" + broker.port();
  }

  /** Returns the folder of the functions' logs. */
  Path functionLogs() {
    return logs;
  }

  private void endAll() {
    // The sandboxes of a deployer end with it.
    services().forEach(FobProcess::close);
    broker.close();
  }

  /** Stops the deployers, so that they end their sandboxes, and kills all other processes. */
  @Override
  public void close() {
    for (FobProcess deployer : deployers) {
      try {
        deployer.stop();
      } catch (IOException | IllegalStateException killedBelow) {
        // The deployer did not end in time, or was never started.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    endAll();
    http.close();
    Runtime.getRuntime().removeShutdownHook(atExit);
  }
}
