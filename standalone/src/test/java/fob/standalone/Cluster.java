package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Services in processes of their own, identified by names, and a broker in this process. */
final class Cluster implements AutoCloseable {

  private static final Duration READY = Duration.ofSeconds(90);

  private final Path folder;
  private final String bootstrapServers;
  private final Runnable stopBroker;
  private final Map<String, FobProcess> processes = new HashMap<>();
  private final Map<String, FobClient> clients = new HashMap<>();

  Cluster(Path folder) {
    this(folder, EmbeddedBroker.start(folder.resolve("kafka"), "127.0.0.1", 0));
  }

  private Cluster(Path folder, EmbeddedBroker broker) {
    this(folder, broker.bootstrapServers(), broker::close);
  }

  /** Creates a cluster with the caller's broker. */
  Cluster(Path folder, String bootstrapServers) {
    this(folder, bootstrapServers, () -> {});
  }

  private Cluster(Path folder, String bootstrapServers, Runnable stopBroker) {
    this.folder = folder;
    this.bootstrapServers = bootstrapServers;
    this.stopBroker = stopBroker;
  }

  /** Starts a service without waiting until it is ready. */
  void start(String kind, String name) {
    int port = Ports.free();
    Map<String, String> environment =
        Map.of(
            "FOB_KAFKA_BOOTSTRAP_SERVERS", bootstrapServers,
            "FOB_PORT", String.valueOf(port),
            "FOB_WARM_UP", "false",
            "FOB_DRIVERS", Repository.DRIVERS.toString(),
            "FOB_LOG_DIR", folder.resolve("logs").toString());
    processes.put(name, FobProcess.start(folder, "fob." + kind + ".Main", environment, List.of()));
    clients.put(name, new FobClient(URI.create("http://127.0.0.1:" + port)));
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  /** Returns the HTTP client of a service. */
  FobClient client(String name) {
    return Objects.requireNonNull(clients.get(name), name);
  }

  FobProcess process(String name) {
    return Objects.requireNonNull(processes.get(name), name);
  }

  void awaitReady(String... names) {
    for (String name : names) {
      await()
          .atMost(READY)
          .ignoreException(AssertionError.class)
          .until(() -> client(name).get("/readyz").status() == 200);
    }
  }

  void awaitDeployer(String gateway) {
    await()
        .atMost(READY)
        .untilAsserted(() -> {
          Answer answer = client(gateway).post("/api/gen", "def callme(): return 1");
          assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
          client(gateway).delete("/api/gen/" + answer.at("/id"));
        });
  }

  @Override
  public void close() {
    clients.values().forEach(FobClient::close);
    processes.values().forEach(FobProcess::close);
    stopBroker.run();
  }
}
