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

/** A whole fob on 127.0.0.1, each part a process of its own. */
final class Fleet implements AutoCloseable {

  private static final Duration READY = Duration.ofMinutes(2);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration ANSWER = Duration.ofSeconds(2);

  private final Path logs;
  private final Part broker;
  private final Part deployer;
  private final List<Part> gateways;
  private final List<Part> invokers;
  private final Thread atExit = new Thread(this::endAll);
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(ANSWER).build();

  /**
   * @param folder for everything, empty
   * @param home where fob is installed
   */
  Fleet(Path folder, Path home) throws IOException {
    this.logs = Files.createDirectories(folder.resolve("functions"));
    Path prints = Files.createDirectories(folder.resolve("prints"));
    int port = Part.freePort();
    String data = folder.resolve("kafka").toString();
    this.broker =
        new Part(
            "broker",
            port,
            prints,
            home,
            List.of("fob.standalone.Fob", "broker", "--port", "" + port, "--data", data),
            Map.of());
    Shape shape = new Shape(prints, home, "127.0.0.1:" + port, logs);
    this.deployer = shape.part("deployer", "deployer", Map.of());
    this.gateways =
        List.of(
            shape.part("gateway", "gateway-1", Map.of()),
            shape.part("gateway", "gateway-2", Map.of()));
    // One keeps its place in the group over a restart, the other does not.
    this.invokers =
        List.of(
            shape.part("invoker", "invoker-1", Map.of("FOB_MEMBER", "invoker-1")),
            shape.part("invoker", "invoker-2", Map.of()));
  }

  private record Shape(Path prints, Path home, String kafka, Path logs) {
    Part part(String service, String name, Map<String, String> more) throws IOException {
      int port = Part.freePort();
      Map<String, String> environment = new java.util.HashMap<>(more);
      environment.put("FOB_KAFKA_BOOTSTRAP_SERVERS", kafka);
      environment.put("FOB_PORT", Integer.toString(port));
      environment.put("FOB_DRIVERS", home.resolve("drivers").toString());
      environment.put("FOB_LOG_DIR", logs.toString());
      return new Part(name, port, prints, home, List.of("fob." + service + ".Main"), environment);
    }
  }

  /** Returns once all serve; what was started ends with this JVM at the latest. */
  void start() throws IOException, InterruptedException {
    Runtime.getRuntime().addShutdownHook(atExit);
    broker.start();
    awaitReady(broker);
    for (Part part : services()) {
      part.start();
    }
    for (Part part : services()) {
      awaitReady(part);
    }
  }

  private List<Part> services() {
    List<Part> services = new ArrayList<>(List.of(deployer));
    services.addAll(gateways);
    services.addAll(invokers);
    return services;
  }

  /** Waits until it serves. */
  void awaitReady(Part part) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + READY.toNanos();
    while (!isReady(part)) {
      part.requireAlive();
      if (System.nanoTime() > deadline) {
        throw new IOException(
            part.name() + " is not ready after " + READY.toMinutes() + " min; logs: " + logs);
      }
      Threads.pause(POLL);
    }
  }

  private boolean isReady(Part part) throws IOException, InterruptedException {
    if (part == broker) {
      return broker.out().contains("Kafka listens at");
    }
    try {
      HttpRequest ask =
          HttpRequest.newBuilder(url(part).resolve("/readyz")).timeout(ANSWER).build();
      return http.send(ask, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  void awaitAllReady() throws IOException, InterruptedException {
    awaitReady(broker);
    for (Part part : services()) {
      awaitReady(part);
    }
  }

  static URI url(Part part) {
    return URI.create("http://127.0.0.1:" + part.port());
  }

  Part broker() {
    return broker;
  }

  Part deployer() {
    return deployer;
  }

  List<Part> gateways() {
    return gateways;
  }

  List<Part> invokers() {
    return invokers;
  }

  String bootstrapServers() {
    return "127.0.0.1:" + broker.port();
  }

  /** The folder of what functions print. */
  Path functionLogs() {
    return logs;
  }

  private void endAll() {
    // A deployer's sandboxes end with it.
    services().forEach(Part::close);
    broker.close();
  }

  /** Lets the deployer end its sandboxes; all else can be killed. */
  @Override
  public void close() {
    try {
      deployer.stop();
    } catch (IOException | IllegalStateException killedBelow) {
      // It did not end in time, or never began.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    endAll();
    http.close();
    Runtime.getRuntime().removeShutdownHook(atExit);
  }
}
