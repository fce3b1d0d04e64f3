package fob.standalone;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import fob.bus.Bus;
import fob.bus.BusSettings;
import fob.bus.BusStart;
import fob.deployer.Deployer;
import fob.deployer.DeployerOptions;
import fob.deployer.Drivers;
import fob.deployer.Platforms;
import fob.fakemarathon.DockerTasks;
import fob.fakemarathon.FakeMarathon;
import fob.fakemarathon.MarathonOptions;
import fob.gateway.Gateway;
import fob.gateway.GatewayConfig;
import fob.gateway.access.AccessConfig;
import fob.invoker.Invoker;
import fob.invoker.InvokerConfig;
import fob.secret.SecretKeys;
import fob.service.Env;
import fob.service.Service;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;

/**
 * A fob on a fake Marathon whose tasks are real containers. Containers reach its gateway, and
 * nobody else outside this machine does.
 */
final class MarathonFob implements AutoCloseable {

  /** Longer than it takes until a container is replaced. */
  static final Duration SOON = Duration.ofSeconds(60);

  private static final SecretKeys KEYS =
      SecretKeys.parse(Base64.getEncoder().encodeToString(new byte[32]));

  /** So clients need keys, and instances the tokens of their functions. */
  private static final String ADMIN = "fob_admin_" + "a".repeat(48);

  final DockerClient engine = DockerClientFactory.instance().client();
  final FobClient client;
  private final Service parts = new Service();
  private final DockerTasks tasks = new DockerTasks();
  final FakeMarathon marathon;
  private final Bus bus;
  private final Drivers drivers;
  private final Deployer.PlatformFactory platform;
  private @Nullable Deployer deployer;

  /**
   * Starts all services.
   *
   * @param folder for Kafka's files
   */
  MarathonFob(Path folder) throws Exception {
    this(folder, Map.of());
  }

  /**
   * Starts all services.
   *
   * @param settings further settings of the deployer
   */
  MarathonFob(Path folder, Map<String, String> settings) throws Exception {
    marathon = parts.add(FakeMarathon.start(new MarathonOptions().tasks(tasks)));
    EmbeddedBroker broker =
        parts.add(EmbeddedBroker.start(folder.resolve("kafka"), "127.0.0.1", 0));
    bus = BusStart.connect(BusSettings.of(broker.bootstrapServers()));
    drivers = Drivers.in(Repository.DRIVERS);
    String bridge = bridgeAddress();
    Gateway gateway =
        parts.add(
            Gateway.listen(
                GatewayConfig.standard(bus.settings(), bridge, 0)
                    .withSecretKeys(KEYS)
                    .withAccess(AccessConfig.of(ADMIN))));
    String url = "http://" + bridge + ":" + gateway.port();
    Map<String, String> all = new HashMap<>(settings);
    all.put("FOB_MARATHON_URL", marathon.url().toString());
    all.put("FOB_GATEWAY_URL", url);
    Env env = new Env(all);
    platform =
        Platforms.MARATHON.configure(
            env, new Platforms.Surroundings(folder, folder, false, drivers));
    env.requireNoProblems();
    startDeployer();
    parts.add(Invoker.start(InvokerConfig.standard(bus.settings(), "invoker"), bus));
    gateway.connect(bus);
    await().atMost(SOON).until(gateway::knowsLanguages);
    client = parts.add(parts.add(new FobClient(URI.create(url))).withKey(ADMIN));
  }

  /** Returns the address of Docker's bridge, where containers reach this machine. */
  static String bridgeAddress() throws SocketException {
    return Objects.requireNonNull(NetworkInterface.getByName("docker0"), "Docker's bridge")
        .inetAddresses()
        .filter(Inet4Address.class::isInstance)
        .map(InetAddress::getHostAddress)
        .findFirst()
        .orElseThrow();
  }

  void startDeployer() throws Exception {
    deployer =
        Deployer.start(
            bus,
            new DeployerOptions(Optional.of("deployer"), drivers, platform, Optional.of(KEYS)));
  }

  /** Ends the deployer, unless it has ended. */
  void stopDeployer() {
    if (deployer != null) {
      deployer.close();
      deployer = null;
    }
  }

  Answer putSecret(String name, String value) {
    return client.send("PUT", "/api/secrets/" + name, BodyPublishers.ofString(value));
  }

  /** Returns the containers of a function. */
  List<Container> containers(String function) {
    return engine.listContainersCmd().withLabelFilter(List.of(tasks.label())).exec().stream()
        .filter(container -> isOf(container, function))
        .toList();
  }

  private boolean isOf(Container container, String function) {
    return environment(container).contains("FOB_FUNCTION_ID=" + function);
  }

  private List<String> environment(Container container) {
    return List.of(
        Objects.requireNonNull(
            engine.inspectContainerCmd(container.getId()).exec().getConfig().getEnv()));
  }

  /** Returns a variable of a function's container. */
  String variable(String function, String name) {
    return environment(containers(function).getFirst()).stream()
        .filter(variable -> variable.startsWith(name + "="))
        .map(variable -> variable.substring(name.length() + 1))
        .findFirst()
        .orElseThrow();
  }

  /** Returns all that the engine knows of a container, as text. */
  String inspect(String container) {
    return engine.inspectContainerCmd(container).exec().getRawValues().toString();
  }

  /** Returns all requests to Marathon other than GET. */
  long writes() {
    return marathon.requests().entrySet().stream()
        .filter(entry -> !entry.getKey().startsWith("GET"))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  @Override
  public void close() {
    stopDeployer();
    parts.close();
  }
}
