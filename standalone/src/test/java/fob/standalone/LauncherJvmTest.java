package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherJvmTest {

  @TempDir Path home;
  private Path lib;
  private Path cache;

  @BeforeEach
  void build() throws IOException {
    Path target = home.resolve("standalone/target");
    lib = Files.createDirectories(target.resolve("lib"));
    file(lib.resolve("kafka.jar"), 100);
    file(lib.resolve("Javalin.jar"), 100);
    file(lib.resolve("notes.txt"), 300);
    file(target.resolve("fob-standalone-1.jar"), 200);
    cache = target.resolve("fob.aot");
  }

  private static void file(Path path, int second) throws IOException {
    if (Files.notExists(path)) {
      Files.createFile(path);
    }
    Files.setLastModifiedTime(path, FileTime.fromMillis(second * 1000L));
  }

  @Test
  void theClassPathHasTheJarsInTheOrderOfTheLauncher() {
    assertThat(new LauncherJvm(home).classPath().split(File.pathSeparator))
        .containsExactly(
            home.resolve("standalone/target/fob-standalone-1.jar").toString(),
            lib.resolve("Javalin.jar").toString(),
            lib.resolve("kafka.jar").toString());
  }

  @Test
  void aFolderThatIsNotBuiltIsNamedSo() {
    LauncherJvm launcher = new LauncherJvm(home.resolve("elsewhere"));

    assertThatThrownBy(launcher::classPath).hasMessageContaining("run ./fob build");
  }

  @Test
  void theCacheIsUsedUnlessAJarIsNewer() throws IOException {
    LauncherJvm launcher = new LauncherJvm(home);
    assertThat(launcher.options()).isEmpty();

    file(cache, 200);
    assertThat(launcher.options()).contains("-XX:AOTCache=" + cache);

    file(lib.resolve("kafka.jar"), 201);
    assertThat(launcher.options()).isEmpty();
  }
}
