package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.bus.Bus;
import fob.bus.BusSettings;
import fob.bus.BusStart;
import fob.deployer.Deployer;
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
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gateway is ready only while everything is available that calls need. */
@Timeout(120)
class ReadinessIT {

  private static final String HOST = "127.0.0.1";
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path dir;

  private final Service services = new Service();
  private BusSettings settings;
  private FobClient fob;

  @BeforeEach
  void start() throws Exception {
    EmbeddedBroker broker = services.add(EmbeddedBroker.start(dir.resolve("kafka"), HOST, 0));
    settings = BusSettings.of(broker.bootstrapServers());
    Gateway gateway = services.add(Gateway.listen(GatewayConfig.standard(settings, HOST, 0)));
    gateway.connect(BusStart.connect(settings));
    fob = services.add(new FobClient(URI.create("http://" + HOST + ":" + gateway.port())));
  }

  @AfterEach
  void stop() {
    services.close();
  }

  private Deployer deployer() throws Exception {
    ProcessConfig process =
        ProcessConfig.of(Path.of(System.getProperty("java.io.tmpdir")), dir.resolve("logs"));
    Drivers drivers = Drivers.in(Repository.DRIVERS);
    return Deployer.start(
        Optional.of("test"),
        new Bus(settings),
        drivers,
        (languages, owner, listener) -> new ProcessPlatform(process, drivers, listener),
        Optional.empty());
  }

  private void awaitUnready(String component, String why) {
    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          Answer answer = fob.get("/readyz");
          assertThat(answer.status()).isEqualTo(503);
          assertThat(answer.at("/component")).isEqualTo(component);
          assertThat(answer.at("/detail")).contains(why);
        });
  }

  private void awaitReady() {
    await().atMost(SOON).until(() -> fob.get("/readyz").status() == 200);
  }

  @Test
  void whatIsMissingIsNamedUntilItIsThereAndOnceItIsGone() throws Exception {
    awaitUnready("platform", "no deployer has run on this bus yet");

    Deployer deployer = deployer();
    awaitUnready("invoker", "no invoker is alive");

    Invoker invoker = Invoker.start(InvokerConfig.standard(settings, "test"), new Bus(settings));
    awaitReady();
    String id = fob.register("timeout=20s", Repository.example("helloworld.py"));
    assertThat(fob.get("/api/call/" + id).text()).isEqualTo("{\"result\":42}");

    invoker.close();
    awaitUnready("invoker", "no invoker is alive");
    services.add(Invoker.start(InvokerConfig.standard(settings, "test"), new Bus(settings)));
    awaitReady();

    deployer.close();
    awaitUnready("platform", "no active deployer has been heard of");
    services.add(deployer());
    awaitReady();
  }
}
