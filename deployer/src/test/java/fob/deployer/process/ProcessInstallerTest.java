package fob.deployer.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import fob.deployer.Driver;
import fob.deployer.Drivers;
import fob.deployer.layer.InstallFailed;
import fob.deployer.layer.InstallSettings;
import fob.deployer.layer.Installer;
import fob.deployer.local.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Installers in real sandboxes. */
@Timeout(120)
class ProcessInstallerTest {

  private static final Path SCRIPT = Path.of("src/test/resources/installer/install.sh");

  private Path folder;
  private Driver driver;
  private ProcessPlatform platform;
  private Installer installer;

  @BeforeEach
  void start() throws IOException {
    folder = Files.createTempDirectory("fobtest");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path language = Files.createDirectories(folder.resolve("drivers/tiny"));
    Files.copy(SCRIPT, language.resolve("install.sh"));
    Files.writeString(language.resolve("driver.json"), "{\"args\":[\"true\"]}");
    Files.writeString(
        language.resolve("language.json"),
        "{\"install\":[\"/bin/sh\",\"/fob/driver/install.sh\"],\"settings\":[\"FOB_TINY\"]}");
    Drivers drivers = Drivers.in(folder.resolve("drivers"));
    driver = drivers.get("tiny").orElseThrow();
    ProcessConfig config =
        new ProcessConfig(
            folder,
            Files.createDirectory(folder.resolve("logs")),
            false,
            2,
            Duration.ofSeconds(30),
            FunctionNetwork.AUTO,
            new InstallSettings(
                Duration.ofSeconds(8),
                16,
                Map.of("FOB_TINY", "of the operator", "FOB_OTHER", "x")));
    platform = new ProcessPlatform(config, drivers, (id, status) -> {});
    installer = platform.installer().orElseThrow();
  }

  @AfterEach
  void stop() {
    platform.close();
    Trees.delete(folder);
  }

  private Path newFolder(String name) throws IOException {
    return Trees.directory(installer.directory().resolve(name), "rwxr-xr-x");
  }

  private Path lock(String needs) throws IOException, InterruptedException {
    Path code = newFolder("code");
    Files.writeString(code.resolve("function"), "# needs " + needs + "\n");
    Path output = newFolder("lock");
    installer.run(new Installer.Step(driver, "lock", code, null, null), output, _ -> {});
    return output;
  }

  private void assertFails(String needs, String... texts) {
    assertThat(catchThrowableOfType(InstallFailed.class, () -> lock(needs)))
        .as(needs)
        .isNotNull()
        .hasMessageContainingAll(texts);
  }

  private Path install(String lock) throws IOException, InterruptedException {
    Path file = Files.writeString(installer.directory().resolve("lock.json"), lock);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    Path output = newFolder("out");
    installer.run(
        new Installer.Step(driver, "install", newFolder("nothing"), file, null), output, _ -> {});
    return output;
  }

  @Test
  void bothStepsWriteTheirOutput() throws IOException, InterruptedException {
    // When
    String lock = Files.readString(lock("a").resolve("lock.json"));
    Path layer = install(lock);

    // Then
    assertThat(lock).contains("\"name\":\"a\"");
    assertThat(layer.resolve("a.py")).content().startsWith("made = '");
    assertThat(Files.readSymbolicLink(layer.resolve("sub/link"))).hasToString("../made_code");
    assertThat(layer.resolve("code_seen")).isEmptyFile();
    assertThat(installer.directory().resolveSibling("i1")).doesNotExist();
  }

  @Test
  void theInstallersOwnErrorIsTheReason() {
    assertFails("b unknown", "there is no package b\nknown are a, b");
    assertThat(catchThrowableOfType(InstallFailed.class, () -> install("{\"name\":\"c\"}")))
        .isNull();
  }

  @ParameterizedTest
  @CsvSource({"silent, exit code 3", "link, leads out", "pipe, is no file"})
  void anInstallerThatBreaksTheContractFails(String what, String why) {
    assertFails("a " + what, why);
  }

  @Test
  void theTimeLimitEndsAnInstallerWithAllItsProcesses() {
    // When
    assertFails("a hangs", "8s", "FOB_INSTALL_TIMEOUT", "waiting for the index");

    // Then
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> assertThat(ProcessTestPlatform.processes(folder, java.util.List.of())).isEmpty());
  }

  @Test
  void theSizeLimitFailsTheInstaller() {
    assertThat(
            catchThrowableOfType(
                InstallFailed.class, () -> install("{\"packages\":[{\"name\":\"large\"}]}")))
        .isNotNull()
        .hasMessageContainingAll("16 MiB", "FOB_LAYER_MIB");
  }

  @Test
  void anInterruptEndsTheInstaller() throws InterruptedException {
    // Given
    AtomicReference<Exception> end = new AtomicReference<>();
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                lock("a hangs");
              } catch (IOException | InterruptedException e) {
                end.set(e);
              }
            });
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> !ProcessTestPlatform.processes(folder, java.util.List.of()).isEmpty());

    // When
    thread.interrupt();
    thread.join();

    // Then
    assertThat(end.get()).isInstanceOf(InterruptedException.class);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> ProcessTestPlatform.processes(folder, java.util.List.of()).isEmpty());
  }

  @Test
  void aHostileInstallerSeesNothingOfOthers() throws IOException, InterruptedException {
    // Given the data of another function
    Path other = newFolder("layer-of-another");
    Files.write(other.resolve("secret"), "hidden".getBytes(UTF_8));

    // When
    String seen = Files.readString(lock("a spy " + other).resolve("seen"));

    // Then
    assertThat(seen)
        .startsWith("1000\n")
        .contains("FOB_TINY=of the operator")
        .doesNotContain("FOB_OTHER", "secret\n", "root:", "JAVA_HOME")
        .contains("cannot access '" + other + "'")
        .contains("cannot touch '/fob/code/x'", "cannot touch '/fob/driver/x'");
  }
}
