package fob.deployer.layer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import fob.deployer.Driver;
import fob.deployer.local.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicReference;

/** Runs the steps of {@code resources/installer/install.sh} by an installer of a platform. */
public record TestInstaller(Installer installer, Driver driver) {

  public static final Path SCRIPT = Path.of("src/test/resources/installer/install.sh");

  /** Makes a folder that a sandbox can read. */
  public Path newFolder() throws IOException {
    Path folder = Files.createTempDirectory(installer.directory(), "test");
    return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Runs the first step of a function that needs this. */
  public Path lock(String needs) throws IOException, InterruptedException {
    Path code = newFolder();
    Files.writeString(code.resolve("function"), "# needs " + needs + "\n");
    Path output = newFolder();
    installer.run(new Installer.Step(driver, "lock", code, null, null), output, _ -> {});
    return output;
  }

  /** Runs the second step. */
  public Path install(String lock) throws IOException, InterruptedException {
    Path file = Trees.file(newFolder().resolve("lock.json"), lock.getBytes(UTF_8), "r--r--r--");
    Path output = newFolder();
    installer.run(new Installer.Step(driver, "install", newFolder(), file, null), output, _ -> {});
    return output;
  }

  public void assertLockFails(String needs, String... texts) {
    assertThat(catchThrowableOfType(InstallFailed.class, () -> lock(needs)))
        .as(needs)
        .isNotNull()
        .hasMessageContainingAll(texts);
  }

  /** Begins the first step of an installer that hangs; the result gets what ended it. */
  public Thread hang(AtomicReference<Exception> end) {
    return Thread.ofVirtual()
        .start(() -> {
          try {
            lock("a hangs");
          } catch (IOException | InterruptedException e) {
            end.set(e);
          }
        });
  }
}
