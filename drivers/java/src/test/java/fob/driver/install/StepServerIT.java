package fob.driver.install;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fob.driver.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The installer as a server, which is a process. */
@Timeout(120)
class StepServerIT {

  private static final String TOKEN = "a-token";

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path root;

  private final HttpClient http = HttpClient.newHttpClient();
  private String repository = "";

  @SuppressWarnings("NullAway.Init")
  private Server server;

  /** A running one. */
  private record Server(Process process, int port, Path temporary) {}

  @BeforeEach
  void start() throws Exception {
    repository =
        MavenFolder.in(Files.createDirectory(root.resolve("repository")))
            .folder()
            .toUri()
            .toString();
    server = newServer("first");
  }

  @AfterEach
  void stop() {
    server.process().destroyForcibly();
    http.close();
  }

  private Server newServer(String name) throws Exception {
    Path temporary = Files.createDirectory(root.resolve(name));
    ProcessBuilder builder =
        new ProcessBuilder(Path.of("run.sh").toAbsolutePath().toString(), "install", "serve")
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(TOKEN.getBytes(UTF_8));
    builder
        .environment()
        .putAll(
            Map.of(
                "TMPDIR",
                temporary.toString(),
                "FOB_LISTEN",
                "tcp:127.0.0.1:0",
                "FOB_INSTALL_TOKEN_SHA256",
                HexFormat.of().formatHex(hash)));
    Process process = builder.start();
    String line =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)).readLine();
    return new Server(process, Json.parse(line).path("port").asInt(), temporary);
  }

  private HttpResponse<byte[]> send(
      Server to, String method, String path, byte[] body, Map<String, String> more)
      throws Exception {
    Map<String, String> headers =
        new TreeMap<>(
            Map.of(
                "Authorization",
                "Bearer " + TOKEN,
                "Fob-Timeout-Ms",
                "60000",
                "Fob-Environment",
                "FOB_MAVEN_REPOSITORY=" + URLEncoder.encode(repository, UTF_8)));
    headers.putAll(more);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + to.port() + path))
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private HttpResponse<byte[]> lock(String code, Map<String, String> more) throws Exception {
    Path file = Files.writeString(root.resolve("function"), code);
    Path packed = root.resolve("packed.tar.gz");
    run("tar", "-czf", packed.toString(), "-C", root.toString(), file.getFileName().toString());
    return send(server, "POST", "/lock", Files.readAllBytes(packed), more);
  }

  private Path unpacked(byte[] archive) throws Exception {
    Path packed = Files.write(root.resolve("reply.tar.gz"), archive);
    Path folder = Files.createTempDirectory(root, "unpacked");
    run("tar", "-xzf", packed.toString(), "-C", folder.toString());
    return folder;
  }

  private static void run(String... command) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
  }

  private static JsonNode json(HttpResponse<byte[]> reply) {
    return Json.parse(new String(reply.body(), UTF_8));
  }

  private String state() throws Exception {
    return json(send(server, "GET", "/health", new byte[0], Map.of())).path("state").asText();
  }

  @Test
  void codeIsLockedAndTheLockIsInstalledEachByItsOwnServer() throws Exception {
    assertThat(state()).isEqualTo("waiting");
    HttpResponse<byte[]> locked = lock("//DEPS org.left:left:1.0", Map.of());
    assertThat(locked.statusCode()).isEqualTo(200);
    assertThat(state()).isEqualTo("done");
    byte[] lock = Files.readAllBytes(unpacked(locked.body()).resolve("lock.json"));

    // When
    Server second = newServer("second");
    try {
      HttpResponse<byte[]> installed = send(second, "POST", "/install", lock, Map.of());

      // Then
      assertThat(installed.statusCode()).isEqualTo(200);
      assertThat(unpacked(installed.body()).resolve("right-1.0.jar")).isRegularFile();
    } finally {
      second.process().destroyForcibly();
    }
  }

  @Test
  void aFailedStepSaysWhyAndNoOtherIsTaken() throws Exception {
    HttpResponse<byte[]> failed = lock("//DEPS org.no:such:1.0", Map.of());
    assertThat(failed.statusCode()).isEqualTo(422);
    assertThat(json(failed).path("exit").asInt()).isOne();
    assertThat(json(failed).path("lines").valueStream().map(JsonNode::asText))
        .anyMatch(line -> line.startsWith("error: ") && line.contains("org.no"));

    HttpResponse<byte[]> again = lock("int callme() { return 1; }", Map.of());
    assertThat(again.statusCode()).isEqualTo(409);
    assertThat(json(again).at("/error/reason").asText()).isEqualTo("done");
  }

  @ParameterizedTest
  @CsvSource({
    "401, Authorization, Bearer a-toke",
    "401, Authorization, Basic a-token",
    "400, Fob-Timeout-Ms, 3600001",
    "400, Fob-Timeout-Ms, soon",
    "400, Fob-Environment, PATH=/evil",
    "400, Fob-Environment, FOB_X=%00",
    "400, Fob-Environment, FOB_X=%zz"
  })
  void aRefusedRequestTakesNoStep(int status, String header, String value) throws Exception {
    HttpResponse<byte[]> refused = lock("int callme() { return 1; }", Map.of(header, value));
    assertThat(refused.statusCode()).isEqualTo(status);
    assertThat(json(refused).at("/error/message").asText()).isNotEmpty().doesNotContain(TOKEN);
    assertThat(state()).isEqualTo("waiting");
  }

  @ParameterizedTest
  @CsvSource({"404, POST, /run", "405, POST, /health", "405, GET, /lock", "404, GET, /"})
  void anUnknownPathOrMethodIsRefused(int status, String method, String path) throws Exception {
    assertThat(send(server, method, path, new byte[0], Map.of()).statusCode()).isEqualTo(status);
  }

  @Test
  void aStepOverItsTimeEnds() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      repository = "http://127.0.0.1:" + silent.getLocalPort();
      HttpResponse<byte[]> late =
          lock("//DEPS org.left:left:1.0", Map.of("Fob-Timeout-Ms", "4000"));
      assertThat(late.statusCode()).isEqualTo(504);
      assertThat(json(late).path("exit").isNull()).isTrue();
    }
  }

  @Test
  void aSignalEndsItAndLeavesNoFile() throws Exception {
    server.process().destroy();
    assertThat(server.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(List.of(server.temporary().toFile().list())).isEmpty();
  }
}
