package fob.standalone;

import static fob.standalone.Problems.assertProblem;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.service.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Secrets reach the functions that name them, and nothing else. */
@Timeout(180)
@ExtendWith(SharedFob.class)
class SecretsIT {

  private static final Duration SOON = Duration.ofSeconds(60);

  /** It answers with checksums, since results are written to Kafka. */
  private static final String PROBE =
      """
      import hashlib, os
      def sha(text):
          return None if text is None else hashlib.sha256(text.encode()).hexdigest()
      def read(name):
          try:
              with open("/run/secrets/" + name, newline="") as file:
                  return file.read()
          except OSError:
              return None
      def callme(name):
          return [sha(os.environ.get(name)), sha(read(name))]
      """;

  private final SharedFob.Running running;
  private final FobClient fob;

  SecretsIT(SharedFob.Running running) {
    this.running = running;
    this.fob = running.client();
  }

  private static Answer put(FobClient fob, String name, String value) {
    return fob.send("PUT", "/api/secrets/" + name, BodyPublishers.ofString(value));
  }

  private static String seen(FobClient fob, String function, String name) {
    Answer answer = fob.call(function, "{\"name\":\"%s\"}".formatted(name));
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return answer.json().path("result").toString();
  }

  private static String both(String value) {
    String sum = '"' + Sha256.of(value.getBytes(UTF_8)) + '"';
    return "[" + sum + "," + sum + "]";
  }

  @Test
  void arriveAsVariableAndFileAndAreNowhereElse() throws Exception {
    // Given
    String value = "hush-4f1c-é\n\"hush\"\n";
    assertThat(put(fob, "TOKEN", value).status()).isEqualTo(201);
    assertThat(put(fob, "CERTIFICATE", value).status()).isEqualTo(201);
    String other = fob.register("", PROBE);

    // When
    String function = fob.register("secret=TOKEN&secret=CERTIFICATE:file&env.MODE=x", PROBE);

    // Then
    assertThat(seen(fob, function, "TOKEN")).isEqualTo(both(value));
    assertThat(seen(fob, function, "CERTIFICATE"))
        .isEqualTo(both(value).replaceFirst("\"[0-9a-f]+\"", "null"));
    assertThat(seen(fob, other, "TOKEN")).isEqualTo("[null,null]");
    assertThat(fob.get("/api/meta/" + function).json().path("secrets"))
        .hasToString("[\"TOKEN\",\"CERTIFICATE:file\"]");
    for (String path :
        List.of("/api/meta/" + function, "/api/stats", "/api/secrets", "/api/cs/" + function)) {
      assertThat(fob.get(path).text()).doesNotContain("hush");
    }
    assertThat(filesWith(running.folder(), "hush-4f1c")).isEmpty();
    assertThat(processesWith("hush-4f1c")).isEmpty();

    // When
    List<Path> secretFiles = secretFiles("CERTIFICATE");
    fob.delete("/api/gen/" + function);

    // Then
    assertThat(secretFiles).isNotEmpty();
    await().atMost(SOON).until(() -> secretFiles.stream().noneMatch(Files::exists));
  }

  @Test
  void aChangedSecretArrivesWithoutAFailedCall() throws Exception {
    // Given
    put(fob, "CHANGING", "old");
    String function = fob.register("secret=CHANGING&instances=2", PROBE);
    Queue<Answer> failed = new ConcurrentLinkedQueue<>();
    AtomicBoolean done = new AtomicBoolean();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 4; i++) {
        callers.execute(() -> {
          while (!done.get()) {
            Answer answer = fob.call(function, "{\"name\":\"CHANGING\"}");
            if (answer.status() != 200) {
              failed.add(answer);
            }
          }
        });
      }

      // When
      assertThat(seen(fob, function, "CHANGING")).isEqualTo(both("old"));
      assertThat(put(fob, "CHANGING", "new").status()).isEqualTo(204);

      // Then
      try {
        await()
            .atMost(SOON)
            .pollInterval(Duration.ofMillis(100))
            .until(() ->
                Stream.generate(() -> seen(fob, function, "CHANGING"))
                    .limit(20)
                    .allMatch(both("new")::equals));
        awaitEndOfRetired(function);
      } finally {
        done.set(true);
      }
    }
    assertThat(failed).isEmpty();
    assertThat(fob.status(function)).isEqualTo("ready");
  }

  /** The old instances have ended, and the calls still go on. */
  private void awaitEndOfRetired(String function) {
    Path log = running.folder().resolve("logs/" + function + ".log");
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(log).content().contains("instance 1 has ended", "instance 2 has ended"));
  }

  @Test
  void aFunctionWhoseCodeFailsForASecretStartsOnceItIsRight() {
    // Given
    put(fob, "WRONG", "wrong");
    String code = "import os\nassert os.environ['WRONG'] == 'right'\ndef callme():\n    return 1\n";
    Answer failed = fob.post("/api/gen?name=picky&secret=WRONG", code, "Prefer", "wait=60");
    assertThat(failed.status()).as(failed.toString()).isEqualTo(422);
    assertThat(failed.text()).doesNotContain("'wrong'");

    // When
    put(fob, "WRONG", "right");

    // Then
    await().atMost(SOON).until(() -> fob.call("picky", "{}").status() == 200);
  }

  @Test
  void areWriteOnlyAndStayWhileAFunctionUsesThem() {
    // Given
    put(fob, "USED", "x");
    String function = fob.register("secret=USED", PROBE);

    // Then
    assertThat(fob.get("/api/secrets").text()).contains("\"name\":\"USED\"", function);
    assertThat(fob.get("/api/secrets/USED").status()).isEqualTo(405);
    assertProblem(fob.delete("/api/secrets/USED"), 409, "gateway", "secret-in-use");
    assertThat(fob.delete("/api/secrets/USED").text()).contains(function);
    assertProblem(fob.delete("/api/secrets/MISSING"), 404, "gateway", "not-found");
    assertProblem(put(fob, "FOB_X", "x"), 400, "gateway", "bad-secret");
    assertProblem(put(fob, "EMPTY", ""), 400, "gateway", "bad-secret");
    assertProblem(put(fob, "LARGE", "hush".repeat(16 * 1024 + 1)), 400, "gateway", "bad-secret");
    Answer unknown = fob.post("/api/gen?secret=MISSING", PROBE);
    assertProblem(unknown, 422, "gateway", "unknown-secret");
    assertThat(unknown.at("/detail")).contains("there is no secret 'MISSING'");
    assertProblem(fob.get("/api/secrets-of/" + function), 401, "gateway", "unauthorized");
    assertProblem(
        fob.get("/api/secrets-of/" + function, "Authorization", "Bearer x"),
        401,
        "gateway",
        "unauthorized");

    // When
    fob.delete("/api/gen/" + function);

    // Then
    assertThat(fob.delete("/api/secrets/USED").status()).isEqualTo(204);
    assertThat(fob.get("/api/secrets").text()).doesNotContain("USED");
  }

  @Test
  void stayOverARestartAndNeedTheKey(@TempDir Path dir) throws Exception {
    // Given
    Path data = dir.resolve("data");
    String function;
    try (FobProcess process = FobProcess.up(dir, data);
        FobClient client = process.awaitUp()) {
      put(client, "KEPT", "hush-kept");
      function = client.register("secret=KEPT", PROBE);
      process.terminate();
      process.awaitExit(SOON);
    }
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(data.resolve("secret.key"))))
        .isEqualTo("rw-------");
    assertThat(filesWith(data, "hush-kept")).isEmpty();

    // When
    try (FobProcess process = FobProcess.up(dir, data);
        FobClient client = process.awaitUp()) {
      // Then
      assertThat(seen(client, function, "KEPT")).isEqualTo(both("hush-kept"));
      process.terminate();
      process.awaitExit(SOON);
    }

    // When
    Files.delete(data.resolve("secret.key"));
    try (FobProcess process = FobProcess.up(dir, data);
        FobClient client = process.awaitUp()) {
      // Then
      await().atMost(SOON).until(() -> client.status(function).equals("failed"));
      assertThat(client.get("/api/meta/" + function).at("/reason"))
          .contains("the secret 'KEPT' cannot be decrypted");

      // When
      put(client, "KEPT", "again");

      // Then
      await().atMost(SOON).until(() -> client.status(function).equals("ready"));
      assertThat(seen(client, function, "KEPT")).isEqualTo(both("again"));
      process.terminate();
      process.awaitExit(SOON);
    }
  }

  /**
   * Does not open locked files: the system drops all locks of this process on a file when the
   * process closes it, and the shared fob runs in this process.
   */
  private static List<Path> filesWith(Path folder, String text) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().endsWith("lock"))
          .filter(file -> contains(file, text))
          .toList();
    }
  }

  private static List<Path> processesWith(String text) throws IOException {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(path -> path.getFileName().toString().matches("\\d+"))
          .map(path -> path.resolve("cmdline"))
          .filter(file -> contains(file, text))
          .toList();
    }
  }

  /** In /dev/shm, or in the runtime directory if that is in memory. */
  private static List<Path> secretFiles(String name) throws IOException {
    List<Path> found = new ArrayList<>();
    for (String parent : List.of("/dev/shm", System.getProperty("java.io.tmpdir"))) {
      try (DirectoryStream<Path> fobs = Files.newDirectoryStream(Path.of(parent), "fob-*")) {
        for (Path each : fobs) {
          try (Stream<Path> files =
              Files.find(each, 3, (path, _) -> path.getFileName().toString().equals(name))) {
            files.forEach(found::add);
          } catch (IOException | UncheckedIOException gone) {
            // Another test's fob has just ended.
          }
        }
      }
    }
    return found;
  }

  private static boolean contains(Path file, String text) {
    try {
      return new String(Files.readAllBytes(file), UTF_8).contains(text);
    } catch (IOException gone) {
      return false;
    }
  }
}
