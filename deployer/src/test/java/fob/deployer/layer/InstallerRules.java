package fob.deployer.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What holds for the installer of every platform on this machine: a subclass for each of them. */
public abstract class InstallerRules {

  protected static final Duration SOON = Duration.ofSeconds(30);

  /** The layers of the platform under test may have so much. */
  protected static final int LAYER_MIB = 16;

  /** Returns the settings of the installer under test. */
  protected static InstallSettings settings(Duration timeout) {
    return new InstallSettings(
        timeout, LAYER_MIB, Duration.ZERO, Map.of("FOB_TINY", "of the operator", "FOB_OTHER", "x"));
  }

  protected abstract TestInstaller installer();

  /** Returns the id of the user that an installer sees itself as. */
  protected abstract String user();

  /** Returns paths that an installer cannot write. */
  protected List<String> readOnly() {
    return List.of("/fob/code/x", "/fob/driver/x", "/usr/x");
  }

  /** Returns how long a step may take here, as a message has it. */
  protected abstract String timeLimit();

  /** Returns what runs of installers now. */
  protected abstract Collection<?> running() throws IOException;

  @Test
  void bothStepsWriteTheirOutput() throws IOException, InterruptedException {
    // When
    String lock = Files.readString(installer().lock("a").resolve("lock.json"));
    Path layer = installer().install(lock);

    // Then
    assertThat(lock).contains("\"name\":\"a\"");
    assertThat(layer.resolve("a.py")).content().startsWith("made = '");
    assertThat(Files.readSymbolicLink(layer.resolve("sub/link"))).hasToString("../made_code");
    assertThat(layer.resolve("code_seen")).isEmptyFile();
  }

  @Test
  void theInstallersOwnErrorIsTheReason() {
    installer().assertLockFails("b unknown", "there is no package b\nknown are a, b");
  }

  @ParameterizedTest
  @CsvSource({"silent, exit code 3", "link, leads out", "pipe, is no file"})
  void anInstallerThatBreaksTheContractFails(String what, String why) {
    installer().assertLockFails("a " + what, why);
  }

  @Test
  void theTimeLimitEndsAnInstallerWithAllItsProcesses() {
    // When
    installer()
        .assertLockFails("a hangs", timeLimit(), "FOB_INSTALL_TIMEOUT", "waiting for the index");

    // Then
    await().atMost(SOON).until(() -> running().isEmpty());
  }

  @Test
  void theSizeLimitFailsTheInstaller() {
    assertThat(
            catchThrowableOfType(
                InstallFailed.class,
                () -> installer().install("{\"packages\":[{\"name\":\"large\"}]}")))
        .isNotNull()
        .hasMessageContainingAll(LAYER_MIB + " MiB", "FOB_LAYER_MIB");
  }

  @Test
  void aHostileInstallerSeesNothingOfOthers() throws IOException, InterruptedException {
    // Given the data of another function
    Path other = installer().newFolder();
    Files.writeString(other.resolve("secret"), "hidden");

    // When
    String seen = Files.readString(installer().lock("a spy " + other).resolve("seen"));

    // Then
    assertThat(seen)
        .startsWith(user() + "\n")
        .contains("FOB_TINY=of the operator")
        .doesNotContain("FOB_OTHER", "FOB_INSTALL_TOKEN", "JAVA_HOME")
        .doesNotContain("secret\n", "root:", "docker.sock")
        .contains("cannot access '" + other + "'");
    assertThat(readOnly()).allSatisfy(path -> assertThat(seen).contains("cannot touch '" + path));
  }

  @Test
  void anInterruptEndsTheInstaller() throws InterruptedException {
    // Given
    AtomicReference<Exception> end = new AtomicReference<>();
    Thread thread = installer().hang(end);
    await().atMost(SOON).until(() -> !running().isEmpty());

    // When
    thread.interrupt();
    thread.join();

    // Then
    assertThat(end.get()).isInstanceOf(InterruptedException.class);
    await().atMost(SOON).until(() -> running().isEmpty());
  }
}
