package fob.deployer.marathon.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import fob.deployer.CodeSource;
import fob.deployer.Driver;
import fob.deployer.Drivers;
import fob.deployer.FunctionLayer;
import fob.deployer.marathon.MarathonFixture;
import fob.deployer.marathon.config.MarathonConfig;
import fob.function.Code;
import fob.function.Environment;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.Layer;
import fob.function.Limits;
import fob.function.RetryPolicy;
import fob.function.Upload;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FunctionAppTest {

  private static final MarathonConfig CONFIG =
      MarathonFixture.withImagePrefix(
          MarathonFixture.config(URI.create("http://marathon:8080")), "registry:5000/");

  private static Driver driver(String json) {
    return new Driver("python", Path.of("/x"), Json.parse(json.getBytes(StandardCharsets.UTF_8)));
  }

  private static Driver driver() {
    return MarathonFixture.drivers().get("python").orElseThrow();
  }

  private static FunctionSpec spec(String id, Limits limits) {
    return new FunctionSpec(
        FunctionId.parse(id).orElseThrow(),
        "python",
        null,
        limits,
        "0".repeat(64),
        1,
        Instant.EPOCH);
  }

  private static final String ID = "01234567-89ab-cdef-0123-456789abcdef";

  private static FunctionApp app(Limits limits) {
    return FunctionApp.of(spec(ID, limits), driver(), CONFIG, "me");
  }

  private static Map<String, String> parameters(JsonNode app) {
    return app.at("/container/docker/parameters")
        .valueStream()
        .collect(Collectors.toMap(p -> p.path("key").asText(), p -> p.path("value").asText()));
  }

  @Test
  void imageGetsNoCodeAFolderForItAndACheckThatARuntimePasses() throws IOException {
    // Given
    FunctionSpec spec =
        new FunctionSpec(
            FunctionId.random(),
            Upload.LANGUAGE,
            null,
            new Limits(Duration.ofSeconds(10), 2, 256, 1, false),
            RetryPolicy.DEFAULT,
            new Environment(Map.of("A", "b"), List.of()),
            new Upload(null, "team/image:1", null),
            "0".repeat(64),
            1,
            Instant.EPOCH);
    Driver driver = Drivers.none().of(spec).orElseThrow();

    // When
    JsonNode app = FunctionApp.of(spec, driver, CONFIG, "me").json();

    // Then
    assertThat(app.at("/container/docker/image").asText()).isEqualTo("registry:5000/team/image:1");
    assertThat(app.has("args")).isFalse();
    assertThat(app.at("/env/A").asText()).isEqualTo("b");
    assertThat(app.at("/env/FOB_LISTEN").asText()).isEqualTo("tcp:0.0.0.0:8080");
    assertThat(app.at("/env/FOB_NETWORK").asText()).isEqualTo("true");
    assertThat(app.at("/env/__OW_ALLOW_CONCURRENT").asText()).isEqualTo("true");
    assertThat(app.path("env").propertyStream())
        .noneMatch(variable -> variable.getKey().startsWith("FOB_CODE_"));
    assertThat(app.at("/container/docker/parameters").valueStream())
        .filteredOn(parameter -> parameter.path("key").asText().equals("tmpfs"))
        .extracting(parameter -> parameter.path("value").asText())
        .containsExactly(
            "/tmp:rw,exec,nosuid,nodev,mode=1777,size=128m",
            "/action:rw,exec,nosuid,nodev,mode=1777,size=128m");
    assertThat(app.at("/healthChecks/0/protocol").asText()).isEqualTo("MESOS_TCP");
    assertThat(app.at("/healthChecks/0/delaySeconds").asInt()).isEqualTo(5);
  }

  /** Without a delay of its own, a check of Mesos begins 15 s after the start. */
  @Test
  void healthChecksOfAllLanguagesBeginSoon() {
    assertThat(MarathonFixture.drivers().languages())
        .isNotEmpty()
        .allSatisfy(language -> {
          Driver each = MarathonFixture.drivers().get(language).orElseThrow();
          assertThat(each.app().at("/healthChecks/0/delaySeconds").asInt(15)).isEqualTo(1);
        });
  }

  @Test
  void theTemplateGetsWhatBelongsToTheFunction() {
    // When
    JsonNode app = app(new Limits(Duration.ofSeconds(10), 4, 256, 3, false)).json();

    // Then
    assertThat(app.path("id").asText()).isEqualTo("/fob/fn/f-" + ID);
    assertThat(app.path("instances").asInt()).isEqualTo(3);
    assertThat(app.path("mem").asInt()).isEqualTo(256);
    assertThat(app.path("cpus").asDouble()).isEqualTo(0.1);
    assertThat(app.path("taskKillGracePeriodSeconds").asInt()).isEqualTo(15);
    assertThat(app.at("/env/FOB_CODE_URL").asText())
        .isEqualTo("http://gateway.example:9999/api/cs/" + ID);
    assertThat(app.at("/env/FOB_CODE_SHA256").asText()).isEqualTo("0".repeat(64));
    assertThat(app.at("/env/FOB_FUNCTION_ID").asText()).isEqualTo(ID);
    assertThat(app.at("/env/FOB_CONCURRENCY").asText()).isEqualTo("4");
    assertThat(app.at("/env/FOB_NETWORK").asText()).isEqualTo("true");
    assertThat(app.at("/env/FOB_LISTEN").asText()).isEqualTo("tcp:0.0.0.0:8080");
    assertThat(app.at("/container/docker/image").asText())
        .isEqualTo("registry:5000/fob-driver-python:latest");
    assertThat(app.at("/container/docker/forcePullImage").asBoolean(true)).isFalse();
    assertThat(app.at("/container/portMappings/0/servicePort").asInt()).isPositive();
    assertThat(app.at("/labels/fob.owner").asText()).isEqualTo("me");
    assertThat(app.at("/labels/fob.function").asText()).isEqualTo(ID);
    assertThat(app.at("/labels/fob.language").asText()).isEqualTo("python");
    assertThat(app.at("/acceptedResourceRoles")).hasSize(1);
  }

  @Test
  void theContainerIsASandbox() {
    // When
    JsonNode app = app(new Limits(Duration.ofSeconds(10), 4, 256, 3, false)).json();

    // Then
    assertThat(app.at("/container/docker/privileged").asBoolean(true)).isFalse();
    assertThat(parameters(app))
        .containsOnly(
            Map.entry("init", "true"),
            Map.entry("read-only", "true"),
            Map.entry("tmpfs", "/tmp:rw,noexec,nosuid,nodev,mode=1777,size=128m"),
            Map.entry("cap-drop", "ALL"),
            Map.entry("security-opt", "no-new-privileges"),
            Map.entry("pids-limit", "108"),
            Map.entry("cpu-period", "100000"),
            Map.entry("cpu-quota", "100000"),
            Map.entry("user", "65534:65534"));
  }

  @Test
  void processorTimeIsBoundedAndTheShareThatIsReservedFollowsIt() {
    // When
    JsonNode half = app(new Limits(Duration.ofSeconds(10), 4, 256, 3, false, 500)).json();
    JsonNode least = app(new Limits(Duration.ofSeconds(10), 4, 256, 3, false, 10)).json();

    // Then
    assertThat(half.path("cpus").asDouble()).isEqualTo(0.05);
    assertThat(parameters(half)).containsEntry("cpu-quota", "50000");
    assertThat(least.path("cpus").asDouble()).isEqualTo(0.001);
    assertThat(parameters(least)).containsEntry("cpu-quota", "1000");
  }

  @Test
  void aTemplateMayAddOptionsAndNotLoosenOurs() {
    // Given
    Driver driver =
        driver(
            """
            {"args":["x"],"container":{"docker":{"image":"i","parameters":[
              {"key":"user","value":"0"},{"key":"read-only","value":"false"},
              {"key":"cap-drop","value":"ALL"},{"key":"dns","value":"10.0.0.1"}]}}}\
            """);

    // When
    JsonNode app = FunctionApp.of(spec(ID, Limits.DEFAULT), driver, CONFIG, "me").json();

    // Then
    assertThat(parameters(app))
        .containsEntry("user", "65534:65534")
        .containsEntry("read-only", "true")
        .containsEntry("dns", "10.0.0.1");
  }

  @Test
  void theHashIsTheSameForTheSameAndAnotherForAnyOther() {
    // Given
    String hash = app(Limits.DEFAULT).hash();

    // Then
    assertThat(app(Limits.DEFAULT).hash()).isEqualTo(hash).hasSize(64);
    assertThat(app(Limits.DEFAULT).json().at("/labels/fob.spec").asText()).isEqualTo(hash);
    assertThat(app(new Limits(Duration.ofSeconds(30), 8, 129, 1, false)).hash()).isNotEqualTo(hash);
    assertThat(
            FunctionApp.of(
                    spec(ID, Limits.DEFAULT),
                    driver(),
                    MarathonFixture.withImagePrefix(CONFIG, "other/"),
                    "me")
                .hash())
        .isNotEqualTo(hash);
  }

  @Test
  void instancesFetchDependenciesFromTheGatewayAndOthersMakeAnotherApp() throws IOException {
    // Given
    String sha256 = "c".repeat(64);
    Layer layer = new Layer("a".repeat(64), "b0", 7, sha256, 3_000_000, 20_000_000);

    // When
    FunctionApp app = appWith(layer);

    // Then
    assertThat(app.json().at("/env/FOB_LAYER_URL").asText())
        .isEqualTo(
            "http://gateway.example:9999/api/layers/" + "a".repeat(64) + "-b0?function=" + ID);
    assertThat(app.json().at("/env/FOB_LAYER_SHA256").asText()).isEqualTo(sha256);
    // They have room beside the function's own memory, and may be native code.
    assertThat(app.json().path("mem").asInt()).isEqualTo(128 + 22);
    assertThat(parameters(app.json()))
        .containsEntry("tmpfs", "/tmp:rw,exec,nosuid,nodev,mode=1777,size=86m");
    assertThat(app.json().at("/env/FOB_MEMORY_MIB").asText()).isEqualTo("128");
    assertThat(app.hash())
        .isEqualTo(appWith(layer).hash())
        .isNotEqualTo(
            appWith(new Layer("a".repeat(64), "b1", 7, sha256, 3_000_000, 20_000_000)).hash())
        .isNotEqualTo(app(Limits.DEFAULT).hash());
    assertThat(app(Limits.DEFAULT).json().path("env").has("FOB_LAYER_URL")).isFalse();
  }

  private static FunctionApp appWith(Layer layer) throws IOException {
    CodeSource none = () -> new Code(new byte[0]);
    CodeSource code = none.withLayer(new FunctionLayer(layer, Path.of("/x")));
    return FunctionApp.of(spec(ID, Limits.DEFAULT), driver(), CONFIG, "me", Access.to(code));
  }

  @Test
  void theOrderOfATemplatesFieldsIsNoDifference() {
    // Given
    Driver one = driver("{\"args\":[\"x\"],\"cpus\":0.1,\"env\":{\"A\":\"1\",\"B\":\"2\"}}");
    Driver other = driver("{\"env\":{\"B\":\"2\",\"A\":\"1\"},\"cpus\":0.1,\"args\":[\"x\"]}");

    // Then
    assertThat(FunctionApp.of(spec(ID, Limits.DEFAULT), one, CONFIG, "me").hash())
        .isEqualTo(FunctionApp.of(spec(ID, Limits.DEFAULT), other, CONFIG, "me").hash());
  }

  @Test
  void theNameFitsIntoDnsAndLeadsBack() {
    // Given
    FunctionId id = FunctionId.random();
    String longest = "/" + "g".repeat(MarathonConfig.MAX_GROUP);

    // Then
    for (String group : List.of("/fob/fn", longest)) {
      String app = FunctionApp.id(group, id);
      assertThat(app.substring(1).replace('/', '-').length()).isLessThanOrEqualTo(54);
      assertThat(FunctionApp.function(group, app)).contains(id);
    }
    assertThat(FunctionApp.function("/fob/fn", "/fob/fn/other")).isEmpty();
    assertThat(FunctionApp.function("/fob/fn", "/fob/f-" + id)).isEmpty();
  }

  @Test
  void theKillGraceIsBounded() {
    assertThat(
            app(new Limits(Duration.ofMinutes(15), 8, 128, 1, false))
                .json()
                .path("taskKillGracePeriodSeconds")
                .asInt())
        .isEqualTo(125);
  }
}
