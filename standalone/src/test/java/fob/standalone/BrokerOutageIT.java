package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.bus.Bus;
import fob.bus.BusSettings;
import fob.bus.BusStart;
import fob.deployer.Deployer;
import fob.deployer.DeployerOptions;
import fob.deployer.Drivers;
import fob.deployer.process.ProcessConfig;
import fob.deployer.process.ProcessPlatform;
import fob.gateway.Gateway;
import fob.gateway.GatewayConfig;
import fob.invoker.Invoker;
import fob.invoker.InvokerConfig;
import fob.service.Service;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** While the broker is down, requests fail quickly; when it is up again, fob recovers. */
@Timeout(180)
class BrokerOutageIT {

  private static final String HOST = "127.0.0.1";
  private static final Duration NOTICED = Duration.ofSeconds(20);
  private static final Duration STOPPED = Duration.ofSeconds(30);
  private static final Duration RECOVERED = Duration.ofSeconds(60);

  @TempDir Path dir;

  private final Service deployers = new Service();
  private final Service invokers = new Service();
  private final Service gateways = new Service();
  private EmbeddedBroker broker;
  private FobClient fob;

  @BeforeEach
  void start() throws Exception {
    broker = EmbeddedBroker.start(dir.resolve("kafka"), HOST, 0);
    BusSettings settings = BusSettings.of(broker.bootstrapServers());
    Bus bus = BusStart.connect(settings);
    Drivers drivers = Drivers.in(Repository.DRIVERS);
    ProcessConfig process =
        ProcessConfig.of(Path.of(System.getProperty("java.io.tmpdir")), dir.resolve("logs"));
    deployers.add(
        Deployer.start(
            bus,
            new DeployerOptions(
                Optional.of("test"),
                drivers,
                (languages, owner, listener, loops) ->
                    new ProcessPlatform(process, drivers, listener, loops),
                Optional.empty())));
    invokers.add(Invoker.start(InvokerConfig.standard(settings, "test"), bus));
    Gateway gateway = gateways.add(Gateway.listen(GatewayConfig.standard(settings, HOST, 0)));
    gateway.connect(bus);
    await().atMost(RECOVERED).until(gateway::knowsLanguages);
    fob = gateways.add(new FobClient(URI.create("http://" + HOST + ":" + gateway.port())));
  }

  @AfterEach
  void stop() {
    invokers.close();
    gateways.close();
    deployers.close();
    broker.close();
  }

  @Test
  void outageIsToldQuicklyAndDelaysNoStop() throws Exception {
    // Given
    String id = fob.register("timeout=20s", Repository.example("helloworld.py"));
    assertServes(id);

    // When
    broker.close();

    // Then
    await().atMost(NOTICED).untilAsserted(() -> assertUnavailable(fob.get("/readyz")));
    assertUnavailable(fob.get("/api/call/" + id));
    assertUnavailable(fob.post("/api/gen", "def callme(): return 1"));
    assertUnavailable(fob.delete("/api/gen/" + id));
    assertThat(fob.status(id)).isEqualTo("ready");
    assertThat(fob.get("/healthz").status()).isEqualTo(200);

    // When each stops, as three processes do
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Duration>> stops =
          Stream.of(invokers, gateways, deployers)
              .map(service -> threads.submit(() -> stopping(service)))
              .toList();

      // Then
      for (Future<Duration> stop : stops) {
        assertThat(stop.get()).isLessThan(STOPPED);
      }
    }
  }

  private static Duration stopping(Service service) {
    long start = System.nanoTime();
    service.close();
    Duration stopped = Duration.ofNanos(System.nanoTime() - start);
    System.out.println("stop of a service without a broker: " + stopped.toMillis() + " ms");
    return stopped;
  }

  @Test
  void outageEndsByItselfOnceTheBrokerIsBack() {
    // Given
    String id = fob.register("timeout=20s", Repository.example("helloworld.py"));
    assertServes(id);
    broker.close();
    await().atMost(NOTICED).until(() -> fob.get("/readyz").status() == 503);

    // When
    broker = restarted();
    long start = System.nanoTime();

    // Then
    await().atMost(RECOVERED).until(() -> fob.get("/readyz").status() == 200);
    await().atMost(RECOVERED).until(() -> fob.get("/api/call/" + id).status() == 200);
    Duration recovered = Duration.ofNanos(System.nanoTime() - start);
    System.out.println("broker back to first reply: " + recovered.toMillis() + " ms");
    assertServes(id);
    assertServes(fob.register("", Repository.example("helloworld.py")));
  }

  private EmbeddedBroker restarted() {
    String address = broker.bootstrapServers();
    int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
    return EmbeddedBroker.start(dir.resolve("kafka"), HOST, port);
  }

  private void assertServes(String id) {
    assertThat(fob.get("/api/call/" + id).text()).isEqualTo("{\"result\":42}");
  }

  private void assertUnavailable(Answer answer) {
    Problems.assertProblem(answer, 503, "bus", "bus-unavailable");
    assertThat(answer.at("/detail")).contains("Kafka at " + broker.bootstrapServers());
    assertThat(answer.header("Retry-After")).isNotEmpty();
    assertThat(answer.took()).isLessThan(Duration.ofSeconds(5));
  }
}
