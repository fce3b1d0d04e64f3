package fob.deployer.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import fob.deployer.Drivers;
import fob.deployer.layer.InstallFailed;
import fob.deployer.layer.InstallerRules;
import fob.deployer.layer.TestInstaller;
import fob.deployer.local.Trees;
import fob.service.Loops;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Installers in real sandboxes. */
@Timeout(120)
class ProcessInstallerTest extends InstallerRules {

  private Path folder;
  private ProcessPlatform platform;
  private TestInstaller installer;

  @BeforeEach
  void start() throws IOException {
    folder = Files.createTempDirectory("fobtest");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path language = Files.createDirectories(folder.resolve("drivers/tiny"));
    Files.copy(TestInstaller.SCRIPT, language.resolve("install.sh"));
    Files.writeString(language.resolve("driver.json"), "{\"args\":[\"true\"]}");
    Files.writeString(
        language.resolve("language.json"),
        "{\"install\":[\"/bin/sh\",\"/fob/driver/install.sh\"],\"settings\":[\"FOB_TINY\"]}");
    Drivers drivers = Drivers.in(folder.resolve("drivers"));
    ProcessConfig config =
        new ProcessConfig(
            folder,
            Files.createDirectory(folder.resolve("logs")),
            false,
            2,
            Duration.ofSeconds(30),
            FunctionNetwork.AUTO,
            settings(Duration.ofSeconds(8)),
            WarmSizes.NONE);
    platform = new ProcessPlatform(config, drivers, (id, status) -> {}, new Loops());
    installer =
        new TestInstaller(platform.installer().orElseThrow(), drivers.get("tiny").orElseThrow());
  }

  @Override
  protected TestInstaller installer() {
    return installer;
  }

  @Override
  protected String timeLimit() {
    return "8s";
  }

  @Override
  protected String user() {
    return "1000";
  }

  @Override
  protected Collection<?> running() throws IOException {
    return ProcessTestPlatform.processes(folder, List.of());
  }

  @AfterEach
  void stop() {
    platform.close();
    Trees.delete(folder);
  }

  @Test
  void aStepLeavesNoFolderButItsOutput() throws IOException, InterruptedException {
    installer.lock("a");
    assertThat(installer.installer().directory().resolveSibling("i1")).doesNotExist();
  }

  @Test
  void stepsAreIndependentOfEachOther() {
    installer.assertLockFails("b unknown", "there is no package b");
    assertThat(
            catchThrowableOfType(InstallFailed.class, () -> installer.install("{\"name\":\"c\"}")))
        .isNull();
  }
}
