package fob.deployer.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import fob.deployer.CodeSource;
import fob.deployer.Drivers;
import fob.deployer.local.LocalSettings;
import fob.function.Code;
import fob.function.Environment;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionStatus.Ready;
import fob.function.Instance;
import fob.function.Limits;
import fob.function.Protocol;
import fob.function.RetryPolicy;
import fob.function.Upload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Functions in images of their own, on the real engine. */
class ImageTest {

  private static final String COUNT =
      "n = 0\ndef main(args):\n    global n\n    n += 1\n    print('call', n)\n    return {'n': n}\n";

  @TempDir Path logs;

  private static FunctionSpec spec(FunctionId id, Code code, String image, Limits limits) {
    return new FunctionSpec(
        id,
        Upload.LANGUAGE,
        null,
        limits,
        RetryPolicy.DEFAULT,
        new Environment(Map.of("GREETING", "hello"), List.of()),
        new Upload(null, image, null),
        code.sha256(),
        code.bytes().length,
        Instant.EPOCH);
  }

  private static final Limits LIMITS = new Limits(Duration.ofSeconds(20), 1, 128, 1, false);

  private static void deploy(DockerTestPlatform to, FunctionId id, String text, String image) {
    Code code = new Code(text.getBytes(StandardCharsets.UTF_8));
    CodeSource source = () -> code;
    to.platform.deploy(spec(id, code, image, LIMITS), source);
  }

  private static FunctionId deploy(DockerTestPlatform to, String text) throws IOException {
    FunctionId id = FunctionId.random();
    deploy(to, id, text, TestImages.example());
    return id;
  }

  /** Sends a call as OpenWhisk does. */
  private static JsonNode run(Instance instance, String value) throws IOException {
    String body =
        "{\"value\":%s,\"activation_id\":\"%s\"}".formatted(value, "r" + System.nanoTime());
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(instance.address() + "/run"))
            .timeout(Duration.ofSeconds(20))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      return Json.parse(http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body());
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private DockerTestPlatform quickPlatform(Duration startTimeout) throws IOException {
    DockerConfig config = DockerTestPlatform.config(logs);
    LocalSettings local = config.local();
    return new DockerTestPlatform(
        new DockerConfig(
            new LocalSettings(
                local.runtimeParent(), local.logDirectory(), local.startsAtOnce(), startTimeout),
            config.socket(),
            config.cpus(),
            null,
            true),
        Drivers.in(DockerTestPlatform.DRIVERS),
        "test-" + System.nanoTime());
  }

  @Test
  void codeAndEnvironmentReachTheRuntimeAndAKilledInstanceGetsThemAgain() throws IOException {
    try (DockerTestPlatform tested = new DockerTestPlatform(logs)) {
      // Given
      FunctionId id =
          deploy(
              tested, "import os\ndef main(a):\n    return {'v': os.environ['GREETING'], **a}\n");

      // When
      Instance first = tested.awaitReady(id);

      // Then
      assertThat(first.protocol()).isEqualTo(Protocol.OPENWHISK);
      assertThat(run(first, "{\"a\":1}").toString()).isEqualTo("{\"v\":\"hello\",\"a\":1}");

      // When
      tested.engine.signal(tested.container(id).engineId(), "KILL");

      // Then
      Instance second = tested.awaitReplaced(id, first);
      assertThat(run(second, "{}").path("v").asText()).isEqualTo("hello");
    }
  }

  @Test
  void nextDeployerTakesOverAnInstanceWithItsState() throws IOException {
    try (DockerTestPlatform first = new DockerTestPlatform(logs)) {
      // Given
      FunctionId id = deploy(first, COUNT);
      Instance instance = first.awaitReady(id);
      run(instance, "{}");
      first.stop();

      try (DockerTestPlatform second = first.successor()) {
        // When
        second.platform.retain(Set.of(id));
        deploy(second, id, COUNT, TestImages.example());

        // Then
        assertThat(second.awaitReady(id)).isEqualTo(instance);
        assertThat(run(instance, "{}").path("n").asInt()).isEqualTo(2);
        assertThat(second.told(id)).containsExactly(new Ready(List.of(instance)));
        await().untilAsserted(() -> assertThat(second.log(id)).contains("call 2\n"));
      }
    }
  }

  @Test
  void codeThatDoesNotLoadFailsWithTheRuntimesOwnMessage() throws IOException {
    try (DockerTestPlatform tested = new DockerTestPlatform(logs)) {
      FunctionId id = deploy(tested, "def main(args)\n");
      assertThat(tested.awaitFailed(id).message())
          .startsWith("The action failed to load: SyntaxError: expected ':'");
    }
  }

  @Test
  void imageThatIsNotOnTheMachineFailsTheFunctionAndSaysWhatToDo() throws IOException {
    try (DockerTestPlatform tested = new DockerTestPlatform(logs)) {
      FunctionId id = FunctionId.random();
      deploy(tested, id, COUNT, "no.such/image:1");
      assertThat(tested.awaitFailed(id).message())
          .isEqualTo(
              "the image no.such/image:1 is not on this machine; pull it with: docker pull no.such/image:1");
    }
  }

  @Test
  void imagesThatDoNotKeepToTheProtocolAreToldApart() throws IOException {
    try (DockerTestPlatform tested = quickPlatform(Duration.ofSeconds(3))) {
      // Given
      FunctionId deaf = FunctionId.random();
      FunctionId silent = FunctionId.random();
      FunctionId junk = FunctionId.random();
      FunctionId other = FunctionId.random();
      FunctionId ending = FunctionId.random();

      // When
      deploy(tested, deaf, COUNT, TestImages.python("import time; time.sleep(600)"));
      deploy(tested, silent, COUNT, TestImages.python(TestImages.server("time.sleep(600)")));
      deploy(
          tested, junk, COUNT, TestImages.python(TestImages.server("c.sendall(b'what?\\r\\n')")));
      deploy(
          tested,
          other,
          COUNT,
          TestImages.python(
              TestImages.server(
                  "c.sendall(b'HTTP/1.1 404 No\\r\\nContent-Length: 4\\r\\n\\r\\nno!\\n')")));
      deploy(tested, ending, COUNT, TestImages.python("raise SystemExit(3)"));

      // Then
      assertThat(tested.awaitFailed(junk).message())
          .startsWith("its image's answer to POST /init is not HTTP");
      assertThat(tested.awaitFailed(other).message())
          .startsWith("its image answered POST /init with status 404 and 'no!");
      awaitEnd(tested, deaf, "its image did not listen on TCP port 8080 within 3s");
      awaitEnd(tested, silent, "its image did not answer POST /init within 3s");
      awaitEnd(tested, ending, "the process ended by itself with exit code 3");
    }
  }

  private static void awaitEnd(DockerTestPlatform tested, FunctionId id, String reason) {
    await()
        .atMost(Duration.ofSeconds(40))
        .untilAsserted(() -> assertThat(tested.ends(id)).anyMatch(end -> end.contains(reason)));
  }

  @Test
  void imageWithADriverOfFobServesInItsOwnProtocol() throws IOException {
    try (DockerTestPlatform tested = new DockerTestPlatform(logs)) {
      // Given
      FunctionId id = FunctionId.random();
      String add = "def callme(a, b):\n    print('adding')\n    return a + b\n";
      deploy(tested, id, add, "fob-driver-python:latest");

      // When
      Instance instance = tested.awaitReady(id);

      // Then
      assertThat(instance.protocol()).isEqualTo(Protocol.FOB);
      assertThat(run(instance, "{\"a\":1,\"b\":2}").path("result").asInt()).isEqualTo(3);
      await().untilAsserted(() -> assertThat(tested.log(id)).contains(" - adding\n"));
    }
  }

  @Test
  void linesHaveTheIdOfTheirCallAndTheMarksOfOpenWhiskAreLeftOut() throws IOException {
    try (DockerTestPlatform tested = new DockerTestPlatform(logs)) {
      // Given
      FunctionId id =
          deploy(
              tested,
              """
              import sys
              print('loading')
              def main(a):
                  print('out')
                  print('err', file=sys.stderr)
                  print('no end', end='')
                  return {}
              """);

      // When
      run(tested.awaitReady(id), "{}");

      // Then
      await()
          .untilAsserted(() ->
              assertThat(tested.log(id).lines())
                  .anyMatch(line -> line.matches("\\S+ - loading"))
                  .anyMatch(line -> line.matches("\\S+ r\\d+ out"))
                  .anyMatch(line -> line.matches("\\S+ r\\d+ err"))
                  .anyMatch(line -> line.matches("\\S+ r\\d+ no end"))
                  .noneMatch(line -> line.contains("WHISK")));
    }
  }

  @Test
  void withoutNetworkItReachesNeitherTheOutsideNorAnotherOneNorTheHostsLoopback()
      throws IOException {
    try (DockerTestPlatform tested = quickPlatform(Duration.ofSeconds(30));
        ServerSocket local = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      // Given
      String connect =
          """
          import socket
          def main(args):
              try:
                  socket.create_connection((args['host'], args['port']), 2).close()
                  return {'reached': True}
              except OSError as error:
                  return {'reached': False, 'why': str(error)}
          """;
      Instance one = tested.awaitReady(deploy(tested, connect));
      Instance other = tested.awaitReady(deploy(tested, connect));
      String self = reach(one.address().getHost(), 8080);

      // Then
      assertThat(run(one, self).path("reached").asBoolean()).isTrue();
      assertThat(run(one, reach(other.address().getHost(), 8080)).path("reached").asBoolean())
          .isFalse();
      assertThat(run(one, reach("192.0.2.1", 80)).path("reached").asBoolean()).isFalse();
      assertThat(run(one, reach("127.0.0.1", local.getLocalPort())).path("reached").asBoolean())
          .isFalse();
      String gateway = one.address().getHost().replaceFirst("\\d+$", "1");
      assertThat(run(one, reach(gateway, local.getLocalPort())).path("reached").asBoolean())
          .isFalse();
      assertThat(tested.engine.network(InnerNetwork.name(tested.owner))).isPresent();

      // When
      tested.stop();

      // Then
      assertThat(tested.engine.network(InnerNetwork.name(tested.owner))).isEmpty();
    }
  }

  private static String reach(String host, int port) {
    return "{\"host\":\"%s\",\"port\":%d}".formatted(host, port);
  }
}
