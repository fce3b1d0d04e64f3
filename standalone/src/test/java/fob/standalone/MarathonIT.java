package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import fob.bus.Bus;
import fob.bus.BusSettings;
import fob.bus.BusStart;
import fob.deployer.Deployer;
import fob.deployer.Drivers;
import fob.deployer.Platforms;
import fob.fakemarathon.DockerTasks;
import fob.fakemarathon.FakeMarathon;
import fob.fakemarathon.MarathonOptions;
import fob.gateway.Gateway;
import fob.gateway.GatewayConfig;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;

/**
 * Calls over HTTP with the Marathon platform: each function is an app, whose task is a real
 * container that fetches its code from the gateway.
 */
@RequiresDocker
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MarathonIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final SecretKeys KEYS =
      SecretKeys.parse(Base64.getEncoder().encodeToString(new byte[32]));

  private final DockerClient engine = DockerClientFactory.instance().client();
  private final Service parts = new Service();
  private final DockerTasks tasks = new DockerTasks();
  private FakeMarathon marathon;
  private Bus bus;
  private Drivers drivers;
  private Deployer.PlatformFactory platform;
  private Deployer deployer;
  private FobClient fob;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    marathon = parts.add(FakeMarathon.start(new MarathonOptions().tasks(tasks)));
    EmbeddedBroker broker =
        parts.add(EmbeddedBroker.start(folder.resolve("kafka"), "127.0.0.1", 0));
    bus = BusStart.connect(BusSettings.of(broker.bootstrapServers()));
    drivers = Drivers.in(Repository.DRIVERS);
    // Where containers reach this machine, and nobody else does.
    String bridge = bridgeAddress();
    Gateway gateway =
        parts.add(
            Gateway.listen(GatewayConfig.standard(bus.settings(), bridge, 0).withSecretKeys(KEYS)));
    Env env =
        new Env(
            Map.of(
                "FOB_MARATHON_URL",
                marathon.url().toString(),
                "FOB_GATEWAY_URL",
                "http://" + bridge + ":" + gateway.port()));
    platform =
        Platforms.MARATHON.configure(
            env, new Platforms.Surroundings(folder, folder, false, drivers));
    env.requireNoProblems();
    deployer = startDeployer();
    parts.add(Invoker.start(InvokerConfig.standard(bus.settings(), "invoker"), bus));
    gateway.connect(bus);
    await().atMost(SOON).until(gateway::knowsLanguages);
    fob = parts.add(new FobClient(URI.create("http://" + bridge + ":" + gateway.port())));
  }

  private Deployer startDeployer() throws Exception {
    return Deployer.start(Optional.of("deployer"), bus, drivers, platform, Optional.of(KEYS));
  }

  private static String bridgeAddress() throws SocketException {
    return Objects.requireNonNull(NetworkInterface.getByName("docker0"), "Docker's bridge")
        .inetAddresses()
        .filter(Inet4Address.class::isInstance)
        .map(InetAddress::getHostAddress)
        .findFirst()
        .orElseThrow();
  }

  @AfterAll
  void stop() {
    if (deployer != null) {
      deployer.close();
    }
    parts.close();
  }

  private List<Container> containers(String function) {
    String label = tasks.label();
    return engine.listContainersCmd().withLabelFilter(List.of(label)).exec().stream()
        .filter(container -> isOf(container, function))
        .toList();
  }

  private boolean isOf(Container container, String function) {
    String[] env =
        Objects.requireNonNull(
            engine.inspectContainerCmd(container.getId()).exec().getConfig().getEnv());
    return Arrays.asList(env).contains("FOB_FUNCTION_ID=" + function);
  }

  @Test
  void functionIsAnAppWhoseContainerAnswersCalls() {
    // When
    String add = fob.register("name=on-marathon", Repository.example("add.py"));

    // Then
    assertThat(fob.get("/api/call/on-marathon?param1:1,param2:1").text())
        .isEqualTo("{\"result\":2}");
    assertThat(containers(add)).hasSize(1);
    Answer meta = fob.get("/api/meta/" + add);
    assertThat(meta.at("/platform")).isEqualTo("marathon");
    assertThat(meta.at("/host")).isEqualTo("127.0.0.1");

    // When
    fob.delete("/api/gen/" + add);

    // Then
    await().atMost(SOON).until(() -> containers(add).isEmpty());
    assertThat(fob.get("/api/call/" + add).status()).isEqualTo(404);
  }

  @Test
  void containerThatDiesIsReplacedAndCallsGoOn() {
    // Given
    String add = fob.register("", Repository.example("add.py"));
    String killed = containers(add).getFirst().getId();

    // When
    engine.killContainerCmd(killed).exec();

    // Then
    await()
        .atMost(SOON)
        .until(() -> {
          Answer answer = fob.call(add, "{\"param1\":1,\"param2\":2}");
          return answer.status() == 200 && !containers(add).getFirst().getId().equals(killed);
        });
  }

  @Test
  void whatCallsPrintIsInTheLogThoughTheDeployerCannotReadIt() {
    // Given
    String code =
        "def callme(n):\n    print('printed', n)\n    if n == 2:\n        raise ValueError(n)\n";
    String id = fob.register("", code);

    // When
    String first = fob.call(id, "{\"n\":1}").header("Fob-Request-Id");
    Answer second =
        fob.post(
            "/api/call/" + id, "{\"n\":2}", "Content-Type", "application/json", "Fob-Log", "tail");
    String third = fob.callAsync(id, "{\"n\":3}");

    // Then
    assertThat(fob.result(third).status()).isEqualTo(200);
    assertThat(second.at("/log/0")).isEqualTo("printed 2");
    String request = second.header("Fob-Request-Id");
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(fob.get("/api/logs/" + id).text())
                .contains(
                    first + " printed 1\n",
                    request + " printed 2\n",
                    request + " ValueError: 2\n",
                    third + " printed 3\n"));
  }

  @Test
  void containerFetchesItsSecretsFromTheGatewayAndTheAppHasNone() {
    // Given
    String code =
        """
        import os
        def callme():
            with open("/run/secrets/CERTIFICATE") as file:
                return [os.environ["TOKEN"], file.read(), os.environ.get("CERTIFICATE")]
        """;
    for (String name : List.of("TOKEN", "CERTIFICATE")) {
      assertThat(putSecret(name, "hush-" + name).status()).isEqualTo(201);
    }

    // When
    String id = fob.register("secret=TOKEN&secret=CERTIFICATE:file", code);

    // Then
    assertThat(fob.call(id, "{}").text())
        .isEqualTo("{\"result\":[\"hush-TOKEN\",\"hush-CERTIFICATE\",null]}");
    String container = containers(id).getFirst().getId();
    assertThat(engine.inspectContainerCmd(container).exec().getRawValues().toString())
        .contains("/api/secrets-of/" + id)
        .doesNotContain("hush-");
    assertThat(fob.get("/api/secrets-of/" + id, "Authorization", "Bearer x").status())
        .isEqualTo(401);

    // When
    assertThat(putSecret("TOKEN", "hush-new").status()).isEqualTo(204);

    // Then
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(fob.call(id, "{}").text()).contains("\"hush-new\""));
  }

  private Answer putSecret(String name, String value) {
    return fob.send("PUT", "/api/secrets/" + name, BodyPublishers.ofString(value));
  }

  @Test
  void functionWhoseCodeDoesNotLoadSaysWhy() {
    // When
    Answer answer = fob.post("/api/gen", "def callme(:\n", "Prefer", "wait=60");

    // Then
    assertThat(answer.status()).as(answer.toString()).isEqualTo(422);
    assertThat(answer.at("/detail")).contains("SyntaxError");
  }

  @Test
  void restartOfTheDeployerLeavesContainersAlone() throws Exception {
    // Given
    String add = fob.register("", Repository.example("add.py"));
    String before = containers(add).getFirst().getId();
    long writes = writes();

    // When
    deployer.close();
    Answer meanwhile = fob.call(add, "{\"param1\":1,\"param2\":2}");
    deployer = startDeployer();
    String later = fob.register("", Repository.example("helloworld.py"));

    // Then
    assertThat(meanwhile.text()).isEqualTo("{\"result\":3}");
    assertThat(fob.call(later, "").text()).isEqualTo("{\"result\":42}");
    assertThat(fob.call(add, "{\"param1\":1,\"param2\":2}").text()).isEqualTo("{\"result\":3}");
    assertThat(containers(add).getFirst().getId()).isEqualTo(before);
    assertThat(writes() - writes).isEqualTo(1);
  }

  @Test
  void registrationIsOneWriteToMarathon() {
    // Given
    int registrations = 10;
    long writes = writes();
    List<Duration> took = new ArrayList<>();

    // When
    for (int i = 0; i < registrations; i++) {
      long start = System.nanoTime();
      String id = fob.post("/api/gen", Repository.example("helloworld.py")).at("/id");
      assertThat(fob.call(id, "").text()).isEqualTo("{\"result\":42}");
      took.add(Duration.ofNanos(System.nanoTime() - start));
    }

    // Then
    assertThat(writes() - writes).isEqualTo(registrations);
    took.sort(null);
    System.out.printf(
        "registration to first result through Marathon: p50 %d ms, most %d ms%n",
        took.get(registrations / 2).toMillis(), took.getLast().toMillis());
  }

  /** Returns all requests to Marathon other than GET. */
  private long writes() {
    return marathon.requests().entrySet().stream()
        .filter(entry -> !entry.getKey().startsWith("GET"))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }
}
