package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import fob.deployer.DeployerConfig;
import fob.gateway.access.AccessConfig;
import fob.metrics.MetricsSettings;
import fob.service.WarmUp;
import fob.traces.TraceSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.testcontainers.DockerClientFactory;

/** {@code fob up --platform docker}: everything in one process, functions in containers. */
@RequiresDocker
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DockerIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  /** So requests need keys. */
  private static final String ADMIN = "fob_admin_" + "a".repeat(48);

  private final DockerClient engine = DockerClientFactory.instance().client();
  private Standalone fob;
  private FobClient client;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    fob =
        Standalone.start(
            new StandaloneOptions(
                folder,
                "127.0.0.1",
                "",
                0,
                "127.0.0.1",
                0,
                Repository.DRIVERS,
                LocalPlatform.docker("unix:///var/run/docker.sock"),
                WarmUp.When.NEVER,
                AccessConfig.of(ADMIN),
                DeployerConfig.KEPT_VERSIONS,
                MetricsSettings.STANDARD,
                TraceSettings.OFF,
                Optional.empty()));
    client = new FobClient(fob.url()).withKey(ADMIN);
  }

  @AfterAll
  void stop() {
    client.close();
    fob.close();
  }

  private List<Container> containers(String function) {
    return engine.listContainersCmd().withLabelFilter(Map.of("fob.function", function)).exec();
  }

  @Test
  void functionRunsInAContainerAndEndsWithItsRemoval() {
    // Given
    String add = client.register("", Repository.example("add.py"));

    // When
    Answer answer = client.get("/api/call/" + add + "?param1:1,param2:1");

    // Then
    assertThat(answer.text()).isEqualTo("{\"result\":2}");
    assertThat(client.get("/api/meta/" + add).at("/platform")).isEqualTo("docker");
    assertThat(containers(add)).hasSize(1);

    // When
    client.delete("/api/gen/" + add);

    // Then
    await().atMost(SOON).until(() -> containers(add).isEmpty());
  }

  @Test
  void containerOfAFunctionWithoutCallsIsRemovedUntilTheNextCall() {
    // Given
    String add = client.register("idle=5s", Repository.example("add.py"));
    await().atMost(SOON).until(() -> client.status(add).equals("idle"));
    await().atMost(SOON).until(() -> containers(add).isEmpty());

    // When
    Answer answer = client.get("/api/call/" + add + "?param1:1,param2:1");

    // Then
    assertThat(answer.text()).isEqualTo("{\"result\":2}");
    assertThat(containers(add)).hasSize(1);
    client.delete("/api/gen/" + add);
  }

  @Test
  void containerThatIsKilledIsReplaced() {
    // Given
    String add = client.register("", Repository.example("add.py"));
    String killed = containers(add).getFirst().getId();

    // When
    engine.killContainerCmd(killed).exec();

    // Then
    await()
        .atMost(SOON)
        .until(() -> containers(add).stream().noneMatch(each -> each.getId().equals(killed)));
    assertThat(client.call(add, "{\"param1\":1,\"param2\":2}").text()).isEqualTo("{\"result\":3}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "python|def callme(a: int): import fob; return fob.call().traceparent",
        "node|/** @param {integer} options.a */\\nexport const callme = ({ a }) => fob.call().traceparent",
        "java|String callme(int a) { return fob.Call.current().traceparent().orElse(null); }"
      })
  void functionTellsItsSchemaAndReadsTheTraceparentOfItsCall(String language, String code) {
    // Given
    String traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    String function = client.register("lang=" + language, code.replace("\\n", "\n"));

    // When
    Answer answer =
        client.post(
            "/api/call/" + function,
            "{\"a\":2}",
            "Content-Type",
            "application/json",
            "traceparent",
            traceparent);

    // Then
    assertThat(answer.text()).isEqualTo("{\"result\":\"" + traceparent + "\"}");
    await().atMost(SOON).until(() -> client.get("/api/meta/" + function).json().has("schema"));
    assertThat(client.get("/api/meta/" + function).at("/schema/parameters/properties/a/type"))
        .isEqualTo("integer");
  }

  @Test
  void functionHasNoNetworkUnlessItAsksForOne() {
    // Given
    String code =
        """
        def callme():
            with open('/proc/net/dev') as devices:
                return sorted(line.split(':')[0].strip() for line in devices if ':' in line)
        """;
    String without = client.register("", code);
    String with = client.register("network=true", code);

    // Then
    assertThat(client.call(without, "").text()).isEqualTo("{\"result\":[\"lo\"]}");
    assertThat(client.call(with, "").text()).contains("eth0");
  }
}
