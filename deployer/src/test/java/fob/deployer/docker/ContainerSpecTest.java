package fob.deployer.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import fob.deployer.Driver;
import fob.deployer.FunctionLayer;
import fob.deployer.local.InstanceLocation;
import fob.deployer.local.LocalSettings;
import fob.function.Environment;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.Instance;
import fob.function.Layer;
import fob.function.Limits;
import fob.function.RetryPolicy;
import fob.function.Upload;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ContainerSpecTest {

  private static final FunctionId ID = FunctionId.random();
  private static final String SHA = "ab".repeat(32);

  private static Driver driver(String docker) {
    String app =
        """
        {"args":["run","it"],"cpus":0.1,"env":{"FOB_LISTEN":"tcp:0.0.0.0:8080","X":"1"},
         "container":{"docker":{%s}}}
        """
            .formatted(docker);
    return new Driver("x", Path.of("/d"), Json.parse(app.getBytes(StandardCharsets.UTF_8)));
  }

  private static final Driver STANDARD =
      driver("\"image\":\"i:1\",\"parameters\":[{\"key\":\"init\",\"value\":\"true\"}]");

  private static FunctionSpec spec(Limits limits) {
    return new FunctionSpec(ID, "x", null, limits, SHA, 1, Instant.EPOCH);
  }

  private static ContainerSpec container(Driver driver, Limits limits, String cpus) {
    Template template = Template.of(driver).orElseThrow();
    return ContainerSpec.of(spec(limits), driver, template, config(cpus, null), null);
  }

  private static DockerConfig config(String cpus, @Nullable String runtime) {
    Path dir = Path.of("/r");
    return new DockerConfig(LocalSettings.of(dir, dir), dir, new BigDecimal(cpus), runtime, false);
  }

  @Test
  void runtimeIsTheEnginesDefaultUnlessOneIsNamed() {
    Template template = Template.of(STANDARD).orElseThrow();
    ContainerSpec kata =
        ContainerSpec.of(spec(Limits.DEFAULT), STANDARD, template, config("1", "kata"), null);
    InstanceLocation location =
        new InstanceLocation(
            3, new Instance("i", URI.create("unix:/r/s")), Path.of("/r/run"), Path.of("/r/s"));
    JsonNode named = kata.body("me", spec(Limits.DEFAULT), location, "nobody", Path.of("/r/code"));
    assertThat(named.at("/HostConfig/Runtime").asText()).isEqualTo("kata");
    assertThat(body(STANDARD, Limits.DEFAULT, "nobody").path("HostConfig").has("Runtime"))
        .isFalse();
  }

  private static ContainerSpec withLayer(String copy) {
    Layer layer = new Layer("a".repeat(64), copy, 0, SHA, 1, 1);
    return ContainerSpec.of(
        spec(Limits.DEFAULT),
        STANDARD,
        Template.of(STANDARD).orElseThrow(),
        config("1", null),
        new FunctionLayer(layer, Path.of("/r/layers/l")));
  }

  @Test
  void dependenciesAreMountedReadOnlyAndOthersMakeAnotherContainer() {
    // Given
    InstanceLocation location =
        new InstanceLocation(
            3, new Instance("i", URI.create("unix:/r/s")), Path.of("/r/run"), Path.of("/r/s"));

    // When
    JsonNode body =
        withLayer("b1").body("me", spec(Limits.DEFAULT), location, "nobody", Path.of("/r/code"));

    // Then
    assertThat(body.at("/HostConfig/Mounts").toString())
        .contains(
            "{\"Type\":\"bind\",\"Source\":\"/r/layers/l\",\"Target\":\"/fob/layer\",\"ReadOnly\":true}");
    assertThat(body.path("Env").toString()).contains("\"FOB_LAYER_URL=file:///fob/layer\"");
    assertThat(body.path("Labels").path("fob.layer").asText()).isEqualTo("a".repeat(64) + "-b1");
    assertThat(body.path("Labels").path("fob.owner").asText()).isEqualTo("me");
    assertThat(withLayer("b1").digest())
        .isEqualTo(withLayer("b1").digest())
        .isNotEqualTo(withLayer("b2").digest())
        .isNotEqualTo(container(STANDARD, Limits.DEFAULT, "1").digest());
  }

  private static JsonNode body(Driver driver, Limits limits, String imageUser) {
    InstanceLocation location =
        new InstanceLocation(
            3, new Instance("i", URI.create("unix:/r/s")), Path.of("/r/run"), Path.of("/r/s"));
    return container(driver, limits, "1.5")
        .body("me", spec(limits), location, imageUser, Path.of("/r/code"));
  }

  @Test
  void containerGetsTheVariablesOfItsFunctionButCannotReplaceTheDrivers() {
    // Given
    Environment environment = new Environment(Map.of("GREETING", "hello", "X", "2"), List.of());
    FunctionSpec spec =
        new FunctionSpec(
            ID,
            "x",
            null,
            Limits.DEFAULT,
            RetryPolicy.DEFAULT,
            environment,
            Upload.SOURCE,
            SHA,
            1,
            Instant.EPOCH);

    // When
    Map<String, String> env = STANDARD.env(spec);

    // Then
    assertThat(env).containsEntry("GREETING", "hello").containsEntry("X", "1");
  }

  @Test
  void containerGetsNoMoreThanItsFunctionNeeds() {
    // When
    JsonNode host = body(STANDARD, Limits.DEFAULT, "nobody").path("HostConfig");

    // Then
    assertThat(host.path("NetworkMode").asText()).isEqualTo("none");
    assertThat(host.path("ReadonlyRootfs").asBoolean()).isTrue();
    assertThat(host.path("CapDrop").toString()).isEqualTo("[\"ALL\"]");
    assertThat(host.path("SecurityOpt").path(0).asText()).isEqualTo("no-new-privileges");
    assertThat(host.path("SecurityOpt").path(1).asText()).startsWith("seccomp={");
    assertThat(host.path("Privileged").asBoolean()).isFalse();
    assertThat(host.path("Memory").asLong()).isEqualTo(128L << 20);
    assertThat(host.path("MemorySwap").asLong()).isEqualTo(128L << 20);
    assertThat(host.path("NanoCpus").asLong()).isEqualTo(1_000_000_000);
    assertThat(host.path("CpuShares").asInt()).isEqualTo(102);
    assertThat(host.path("PidsLimit").asInt()).isEqualTo(64 + 2 * 8 + 1);
    assertThat(host.path("Tmpfs").path("/tmp").asText()).contains("size=67108864", "nosuid,nodev");
    assertThat(host.path("Mounts").toString())
        .isEqualTo(
            "[{\"Type\":\"bind\",\"Source\":\"/r/code\",\"Target\":\"/fob/code\",\"ReadOnly\":true},"
                + "{\"Type\":\"bind\",\"Source\":\"/r/run\",\"Target\":\"/fob/run\"}]");
  }

  @Test
  void driverFindsItsCodeAndItsSocketInItsEnvironment() {
    assertThat(
            body(STANDARD, Limits.DEFAULT, "nobody")
                .path("Env")
                .valueStream()
                .map(JsonNode::asText))
        .contains(
            "FOB_LISTEN=unix:/fob/run/http.sock",
            "FOB_CODE_URL=file:///fob/code/function",
            "FOB_CODE_SHA256=" + SHA,
            "FOB_CONCURRENCY=8",
            "FOB_MEMORY_MIB=128",
            "FOB_NETWORK=false",
            "X=1");
  }

  @Test
  void processorTimeIsTheFunctionsUnlessThePlatformAllowsLess() {
    // When
    JsonNode half = body(STANDARD, cpus(500), "nobody").path("HostConfig");
    JsonNode four = body(STANDARD, cpus(4000), "nobody").path("HostConfig");

    // Then
    assertThat(half.path("NanoCpus").asLong()).isEqualTo(500_000_000);
    assertThat(half.path("CpuShares").asInt()).isEqualTo(51);
    assertThat(four.path("NanoCpus").asLong()).isEqualTo(1_500_000_000);
    assertThat(four.path("CpuShares").asInt()).isEqualTo(410);
  }

  private static Limits cpus(int millis) {
    return new Limits(Duration.ofSeconds(30), 8, 128, 1, false, millis);
  }

  @Test
  void networkIsTheEnginesBridgeWhereAskedFor() {
    Limits network = new Limits(Duration.ofSeconds(1), 1, 64, 1, true);
    assertThat(body(STANDARD, network, "nobody").path("HostConfig").path("NetworkMode").asText())
        .isEqualTo("bridge");
    assertThat(body(STANDARD, network, "nobody").path("Env").toString())
        .contains("FOB_NETWORK=true");
  }

  @Test
  void nobodyRunsAsRoot() {
    Driver asRoot = driver("\"image\":\"i\",\"parameters\":[{\"key\":\"user\",\"value\":\"0:7\"}]");
    Driver asNine = driver("\"image\":\"i\",\"parameters\":[{\"key\":\"user\",\"value\":\"9\"}]");
    assertThat(body(STANDARD, Limits.DEFAULT, "nobody").path("User").asText()).isEqualTo("nobody");
    assertThat(body(STANDARD, Limits.DEFAULT, "").path("User").asText()).isEqualTo("65534:65534");
    assertThat(body(asRoot, Limits.DEFAULT, "nobody").path("User").asText())
        .isEqualTo("65534:65534");
    assertThat(body(asNine, Limits.DEFAULT, "").path("User").asText()).isEqualTo("9");
  }

  @Test
  void digestChangesWithWhateverDeterminesTheContainerAndNothingElse() {
    // Given
    Limits more = new Limits(Duration.ofSeconds(30), 8, 256, 1, false);

    // Then
    List<String> digests =
        List.of(
            container(STANDARD, Limits.DEFAULT, "1").digest(),
            container(STANDARD, Limits.DEFAULT, "0.5").digest(),
            container(STANDARD, more, "1").digest(),
            container(driver("\"image\":\"i:2\""), Limits.DEFAULT, "1").digest());
    assertThat(digests).doesNotHaveDuplicates();
    assertThat(container(STANDARD, Limits.DEFAULT, "1").digest()).isEqualTo(digests.getFirst());
    JsonNode labels = body(STANDARD, Limits.DEFAULT, "nobody").path("Labels");
    assertThat(labels.path("fob.owner").asText()).isEqualTo("me");
    assertThat(labels.path("fob.function").asText()).isEqualTo(ID.toString());
    assertThat(labels.path("fob.instance").asText()).isEqualTo("3");
  }

  @Test
  void templateWithoutAnImageAndUnknownParametersAreSeen() {
    assertThat(Template.of(driver("\"privileged\":true"))).isEmpty();
    Driver odd =
        driver("\"image\":\"i\",\"parameters\":[{\"key\":\"privileged\",\"value\":\"true\"}]");
    assertThat(Template.of(odd).orElseThrow().unknown()).containsExactly("privileged");
  }
}
