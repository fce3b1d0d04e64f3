package fob.standalone;

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
import java.util.Optional;

/** A broker and a gateway in this process, and the services that a test starts beside them. */
final class FobInParts implements AutoCloseable {

  private static final String HOST = "127.0.0.1";

  final BusSettings settings;
  final FobClient client;
  private final Path folder;
  private final Service parts = new Service();

  FobInParts(Path folder) throws Exception {
    this.folder = folder;
    EmbeddedBroker broker = parts.add(EmbeddedBroker.start(folder.resolve("kafka"), HOST, 0));
    settings = BusSettings.of(broker.bootstrapServers());
    Gateway gateway = parts.add(Gateway.listen(GatewayConfig.standard(settings, HOST, 0)));
    gateway.connect(BusStart.connect(settings));
    client = parts.add(new FobClient(URI.create("http://" + HOST + ":" + gateway.port())));
  }

  /** Closes something with the rest, before what was there earlier. */
  <T extends AutoCloseable> T add(T part) {
    return parts.add(part);
  }

  /** Starts a deployer of the platform with sandboxes. The caller closes it, or adds it. */
  Deployer deployer() throws Exception {
    ProcessConfig process =
        ProcessConfig.of(Path.of(System.getProperty("java.io.tmpdir")), folder.resolve("logs"));
    Drivers drivers = Drivers.in(Repository.DRIVERS);
    return Deployer.start(
        new Bus(settings),
        new DeployerOptions(
            Optional.of("test"),
            drivers,
            (languages, owner, listener, loops) ->
                new ProcessPlatform(process, drivers, listener, loops),
            Optional.empty()));
  }

  /** Starts an invoker. The caller closes it, or adds it. */
  Invoker invoker(String member) throws Exception {
    return Invoker.start(InvokerConfig.standard(settings, member), new Bus(settings));
  }

  /**
   * Starts a deployer and invokers, and makes a key, so that requests need one. All of it is closed
   * with the rest.
   *
   * @return a client with the key, of an admin
   */
  FobClient startWithKeys(String... invokers) throws Exception {
    add(deployer());
    for (String member : invokers) {
      add(invoker(member));
    }
    FobClient admin = add(client.withKey(Keys.text(client, Keys.ADMIN)));
    await().atMost(Duration.ofSeconds(30)).until(() -> client.get("/readyz").status() == 200);
    return admin;
  }

  @Override
  public void close() {
    parts.close();
  }
}
