package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** If fob cannot start, it prints the reason in one line and ends with exit code 1. */
@Timeout(180)
class StartRefusedIT {

  private static final Duration END = Duration.ofSeconds(60);

  @TempDir Path dir;

  @Test
  void portInUseIsTold() throws IOException {
    // Given
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());

      // When
      try (FobProcess fob = FobProcess.up(dir, dir.resolve("data"), "--port", port)) {

        // Then
        assertRefused(fob, port);
      }
    }
  }

  @Test
  void kafkaPortInUseIsTold() throws IOException {
    // Given
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());

      // When
      try (FobProcess fob = FobProcess.up(dir, dir.resolve("data"), "--kafka-port", port)) {

        // Then
        assertRefused(fob, port, "--kafka-port");
      }
    }
  }

  @Test
  void servingOtherMachinesWithoutAKeyIsRefused() {
    // When
    try (FobProcess fob =
        FobProcess.start(
            dir,
            FobProcess.FOB,
            Map.of(),
            List.of(
                "up",
                "--host",
                "0.0.0.0",
                "--port",
                "0",
                "--kafka-port",
                "0",
                "--data",
                dir.resolve("data").toString()))) {

      // Then
      assertRefused(fob, "no key was made", "POST /api/keys", "FOB_ADMIN_KEY", "--insecure");
    }
  }

  @Test
  void aWrongAdminKeyIsToldWithoutShowingIt() {
    // When
    try (FobProcess fob =
        FobProcess.start(
            dir, FobProcess.FOB, Map.of("FOB_ADMIN_KEY", "hush-hush"), List.of("up"))) {

      // Then
      assertThat(fob.awaitExit(END)).isEqualTo(2);
      assertThat(fob.err()).contains("FOB_ADMIN_KEY: expected fob_").doesNotContain("hush");
    }
  }

  @Test
  void dataFolderBehindAFileIsTold() throws IOException {
    // Given
    Path data = Files.writeString(dir.resolve("file"), "in the way").resolve("data");

    // When
    try (FobProcess fob = FobProcess.up(dir, data)) {

      // Then
      assertRefused(fob, data.toString(), "--data");
    }
  }

  @Test
  void dataFolderThatCannotBeWrittenIsTold() {
    // Given
    Path data = Path.of("/proc/fob");

    // When
    try (FobProcess fob = FobProcess.up(dir, data)) {

      // Then
      assertRefused(fob, data.toString(), "--data");
    }
  }

  @Test
  @ExtendWith(SharedFob.class)
  void dataFolderOfARunningFobIsTold(SharedFob.Running running) {
    // Given
    Path data = running.folder();

    // When
    try (FobProcess fob = FobProcess.up(dir, data)) {

      // Then
      assertRefused(fob, data.toString(), "in use", "--data");
      assertThat(running.client().get("/readyz").status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----"})
  void keyOfSecretsThatOthersMayReadOrChangeIsTold(String permissions) throws IOException {
    // Given
    String key = "A".repeat(43) + "=";
    Path file = secretKey(key, permissions);

    // When
    try (FobProcess fob = FobProcess.up(dir, dir.resolve("data"))) {

      // Then
      assertRefused(fob, file.toString(), "chmod 600 " + file);
      assertThat(fob.err()).doesNotContain(key);
      assertThat(file).hasContent(key);
    }
  }

  @Test
  void fileThatIsNoKeyOfSecretsIsToldWithoutItsContent() throws IOException {
    // Given
    Path file = secretKey("hush-hush", "rw-------");

    // When
    try (FobProcess fob = FobProcess.up(dir, dir.resolve("data"))) {

      // Then
      assertRefused(fob, file.toString(), "32 random bytes", "put the right file back");
      assertThat(fob.err()).doesNotContain("hush");
    }
  }

  private Path secretKey(String text, String permissions) throws IOException {
    Path data = Files.createDirectory(dir.resolve("data"));
    Path file = Files.writeString(data.resolve("secret.key"), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "deployer", "invoker"})
  void portOfAServiceInUseIsTold(String service) throws IOException {
    // Given
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      Map<String, String> environment =
          Map.of("FOB_PORT", port, "FOB_DRIVERS", Repository.DRIVERS.toString());

      // When
      String main = "fob." + service + ".Main";
      try (FobProcess fob = FobProcess.start(dir, main, environment, List.of())) {

        // Then
        assertRefused(fob, "fob " + service + ": port " + port);
      }
    }
  }

  @Test
  void platformThatCannotRunHereIsTold() throws IOException {
    // Given: the place for functions' sockets has too long a path
    Path place = Files.createDirectory(dir.resolve("x".repeat(80)));
    Map<String, String> environment = Map.of("JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=" + place);
    List<String> args =
        List.of("up", "--port", "0", "--kafka-port", "0", "--data", dir.resolve("data").toString());

    // When
    try (FobProcess fob = FobProcess.start(dir, "fob.standalone.Fob", environment, args)) {

      // Then
      assertThat(fob.awaitExit(END)).as(fob.toString()).isEqualTo(1);
      assertThat(fob.err().lines().filter(line -> !line.startsWith("NOTE: Picked up JDK")))
          .singleElement()
          .asString()
          .startsWith("fob: " + place);
      assertThat(fob.out()).isEmpty();
    }
  }

  @Test
  void brokersFolderInUseIsTold() {
    // Given
    Path data = dir.resolve("kafka");
    List<String> args = List.of("broker", "--port", "0", "--data", data.toString());
    try (FobProcess first = FobProcess.start(dir, "fob.standalone.Fob", Map.of(), args)) {
      await().atMost(END).until(() -> first.out().contains("Kafka listens at 127.0.0.1:"));

      // When
      try (FobProcess second = FobProcess.start(dir, "fob.standalone.Fob", Map.of(), args)) {

        // Then
        assertRefused(second, data.toString(), "in use");
      }

      // And
      first.terminate();
      assertThat(first.awaitExit(END)).isZero();
    }
  }

  @Test
  void interruptedDemoEndsInGoodOrder() throws IOException {
    // Given
    Map<String, String> environment = Map.of("JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=" + dir);
    try (FobProcess demo =
        FobProcess.start(dir, "fob.standalone.Fob", environment, List.of("demo"))) {
      await()
          .atMost(END)
          .until(
              () -> folders().stream().anyMatch(each -> Files.exists(each.resolve("kafka/log"))));

      // When
      demo.terminate();

      // Then
      assertThat(demo.awaitExit(END)).as(demo.toString()).isZero();
      assertThat(folders()).isEmpty();
    }
  }

  /** Returns the folders of demos in the folder that replaces the system's temporary folder. */
  private List<Path> folders() throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files.filter(each -> each.getFileName().toString().startsWith("fob-demo-")).toList();
    }
  }

  private static void assertRefused(FobProcess fob, String... told) {
    assertThat(fob.awaitExit(END)).as(fob.toString()).isEqualTo(1);
    assertThat(fob.err().lines()).as(fob.err()).hasSize(1);
    assertThat(fob.err()).startsWith("fob").contains(told).doesNotContain("Exception:", "\tat ");
    assertThat(fob.out()).isEmpty();
  }
}
