package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import fob.deployer.Platforms;
import fob.service.FileTree;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A fob whose only language is Python with an installer that is a shell script. It can be started
 * again and again.
 */
final class InstallingFob implements AutoCloseable {

  private static final Path INSTALLER =
      Repository.ROOT.resolve("deployer/src/test/resources/installer/install.sh");

  private final Path folder;
  private final Path drivers;
  private final Path runtime;

  InstallingFob() throws IOException {
    folder = Files.createTempDirectory("fobtest");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    runtime = Files.createDirectory(folder.resolve("run"));
    drivers = folder.resolve("drivers");
    Path python = Repository.DRIVERS.resolve("python");
    try (Stream<Path> files = Files.walk(python)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = drivers.resolve("python").resolve(python.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    requires("");
    Files.copy(INSTALLER, installer());
  }

  /** Sets the programs that the language needs, as JSON strings. */
  void requires(String programs) throws IOException {
    Files.writeString(
        drivers.resolve("python/language.json"),
        """
        {"extensions": [".py"], "signs": ["(?m)^def callme"], "declares": ["(?m)^# needs "],
         "declarations": ["(?m)^# needs .*$"],
         "requires": [%s], "install": ["/bin/sh", "/fob/driver/install.sh"]}
        """
            .formatted(programs));
  }

  private Path installer() {
    return drivers.resolve("python/install.sh");
  }

  void deleteInstaller() throws IOException {
    Files.delete(installer());
  }

  /** From now on no index answers, so each of these steps fails. */
  void refuse(String... steps) throws IOException {
    String refusal = "%s) echo 'error: no index' >&2; exit 1 ;;".formatted(String.join("|", steps));
    Files.writeString(
        installer(), "case \"$1\" in %s esac\n%s".formatted(refusal, Files.readString(INSTALLER)));
  }

  Standalone start() throws Exception {
    return start("5m");
  }

  /**
   * @param reuse how long chosen versions are used again
   */
  Standalone start(String reuse) throws Exception {
    LocalPlatform platform =
        LocalPlatform.of(
            Platforms.PROCESS,
            Map.of(
                "FOB_INSTALL_TIMEOUT",
                "20s",
                "FOB_LOCK_REUSE",
                reuse,
                "FOB_RUNTIME_DIR",
                runtime.toString()));
    return Standalone.start(
        new StandaloneOptions(folder.resolve("data"), "127.0.0.1", "", 0, 0, drivers, platform));
  }

  /** Returns the broker's file with the records of a topic that has one partition. */
  Path recordsOf(String topic) throws IOException {
    return one(folder.resolve("data/kafka"), "glob:**/%s-0/*.log".formatted(topic));
  }

  /** Returns the folder of the only layer, which the running deployer has unpacked. */
  Path unpacked() throws IOException {
    return one(runtime, "glob:**/layers/layer-*");
  }

  /** Returns the only file below a folder that matches. */
  static Path one(Path folder, String glob) throws IOException {
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher(glob);
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(matcher::matches).findFirst().orElseThrow();
    }
  }

  /** Starts the broker alone. */
  EmbeddedBroker startBroker() {
    return EmbeddedBroker.start(folder.resolve("data/kafka"), "127.0.0.1", 0);
  }

  /** Returns a function that returns when its package was made. */
  static String code(String needs) {
    String name = needs.replaceFirst(" .*", "");
    return "# needs %s\nimport %s\ndef callme():\n    return %s.made\n"
        .formatted(needs, name, name);
  }

  static String made(FobClient client, String id) {
    Answer answer = client.get("/api/call/" + id);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return answer.at("/result");
  }

  @Override
  public void close() throws IOException {
    FileTree.delete(folder);
  }
}
