package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.BusSettings;
import fob.gateway.Gateway;
import fob.gateway.GatewayConfig;
import fob.invoker.InvokerConfig;
import fob.service.ConfigurationException;
import fob.service.HealthServer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the templates of fob's Marathon apps with the services' own code. */
class DcosTemplatesTest {

  @Test
  void groupHoldsTheSingleAppsAsTheyAre() {
    JsonNode group = Dcos.template("fob-service");

    assertThat(group.path("id").asText()).isEqualTo("/fob-system");
    assertThat(group.path("enforceRole").asBoolean(true)).isFalse();
    assertThat(group.path("apps"))
        .containsExactlyElementsOf(Dcos.SERVICES.stream().map(Dcos::template).toList());
  }

  @Test
  void gatewayReadsItsSettings() throws ConfigurationException {
    JsonNode app = Dcos.template("gateway");

    GatewayConfig config = DcosEnvironment.gateway(app);

    listensForTheAgent(app, config.host(), config.port());
    assertThat(config.bus().bootstrapServers()).isEqualTo(brokerAddress());
  }

  @Test
  void invokerReadsItsSettingsAndIsKilledAfterItsDrain() throws ConfigurationException {
    JsonNode app = Dcos.template("invoker");

    InvokerConfig config = DcosEnvironment.invoker(app);

    listensForTheAgent(app, config.host(), config.port());
    assertThat(config.bus().bootstrapServers()).isEqualTo(brokerAddress());
    assertThat(Duration.ofSeconds(app.path("taskKillGracePeriodSeconds").asInt()))
        .isGreaterThan(config.drain());
  }

  @Test
  void deployerReadsItsSettingsAndSendsFunctionsToTheGatewayForTheirCode()
      throws ConfigurationException {
    JsonNode app = Dcos.template("deployer");

    DcosEnvironment.OfDeployer config = DcosEnvironment.deployer(app);

    listensForTheAgent(app, config.deployer().host(), config.deployer().port());
    assertThat(config.deployer().bus().bootstrapServers()).isEqualTo(brokerAddress());
    assertThat(config.marathon().gateway().toString())
        .isEqualTo("http://" + Dcos.virtualAddress(Dcos.template("gateway")));
  }

  @Test
  void functionsHaveAGroupOfTheirOwnBesideTheServices() throws ConfigurationException {
    String functions = DcosEnvironment.deployer(Dcos.template("deployer")).marathon().group();
    String services = Dcos.template("fob-service").path("id").asText();

    assertThat(functions + "/").doesNotStartWith(services + "/");
    assertThat(services + "/").doesNotStartWith(functions + "/");
  }

  private static void listensForTheAgent(JsonNode app, String host, int port) {
    assertThat(host).isEqualTo("0.0.0.0");
    assertThat(Dcos.port(app).path("containerPort").asInt()).isEqualTo(port);
  }

  private static String brokerAddress() {
    return Dcos.virtualAddress(Dcos.template("kafka"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"deployer", "invoker", "gateway"})
  void serviceIsStartedByItsNameInTheImageOfFob(String service) {
    JsonNode app = Dcos.template(service);

    assertThat(app.path("id").asText()).isEqualTo("/fob-system/" + service);
    assertThat(app.path("args")).hasSize(1);
    assertThat(app.at("/args/0").asText()).isEqualTo(service);
    assertThat(app.at("/container/docker/image").asText()).isEqualTo("fob:latest");
  }

  @ParameterizedTest
  @ValueSource(strings = {"deployer", "invoker"})
  void healthCheckPassesWhileTheServiceCannotWork(String service) throws Exception {
    Optional<String> unready = Optional.of("waiting for Kafka");
    try (HealthServer server = new HealthServer("127.0.0.1", 0, () -> unready);
        FobClient client = client(server.port())) {
      assertThat(client.get(healthPath(service)).status()).isEqualTo(200);
      assertThat(client.get("/readyz").status()).isEqualTo(503);
    }
  }

  @Test
  void healthCheckPassesWhileTheGatewayHasNoBroker() throws Exception {
    BusSettings nowhere = BusSettings.of("127.0.0.1:1");
    try (Gateway gateway = Gateway.listen(GatewayConfig.standard(nowhere, "127.0.0.1", 0));
        FobClient client = client(gateway.port())) {
      assertThat(client.get(healthPath("gateway")).status()).isEqualTo(200);
      assertThat(client.get("/readyz").status()).isEqualTo(503);
    }
  }

  private static FobClient client(int port) {
    return new FobClient(URI.create("http://127.0.0.1:" + port));
  }

  /** Returns the path of the only health check, which the agent makes on the first port. */
  private static String healthPath(String service) {
    JsonNode checks = Dcos.template(service).path("healthChecks");
    assertThat(checks).hasSize(1);
    assertThat(checks.at("/0/protocol").asText()).isEqualTo("MESOS_HTTP");
    assertThat(checks.at("/0/portIndex").asInt(-1)).isZero();
    return checks.at("/0/path").asText();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "kafka"})
  void fixedPortIsGivenFreeBeforeAnUpdateTakesIt(String name) {
    JsonNode app = Dcos.template(name);

    assertThat(Dcos.port(app).path("hostPort").asInt()).isPositive();
    assertThat(app.at("/upgradeStrategy/maximumOverCapacity").asInt(-1)).isZero();
    assertThat(app.at("/upgradeStrategy/minimumHealthCapacity").asInt(-1)).isZero();
  }

  @Test
  void readmePushesTheImagesThatAppsAndDriversName() throws Exception {
    var loop = Pattern.compile("for image in (.*); do").matcher(Dcos.text(readme()));
    TreeSet<String> images = new TreeSet<>();
    Dcos.SERVICES.forEach(
        name -> images.add(Dcos.template(name).at("/container/docker/image").asText()));
    try (Stream<Path> drivers = Files.list(Repository.DRIVERS)) {
      drivers
          .map(driver -> driver.resolve("driver.json"))
          .filter(Files::exists)
          .map(file -> Dcos.json(Dcos.text(file)).at("/container/docker/image").asText())
          .forEach(images::add);
    }

    assertThat(loop.find()).isTrue();
    assertThat(loop.group(1).split(" "))
        .containsExactlyInAnyOrderElementsOf(
            images.stream().map(image -> image.replace(":latest", "")).toList());
  }

  private static Path readme() {
    return Dcos.FOLDER.resolve("README.md");
  }
}
