package fob.driver.install;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fob.driver.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The installer as a process, with folders that stand for those of its sandbox. */
final class Installing {

  private static final Path RUN = Path.of("run.sh").toAbsolutePath();

  private final Path root;
  private final MavenFolder repository;
  private final Map<String, String> environment = new HashMap<>();

  Installing(Path root) throws IOException {
    this.root = root;
    for (String name : List.of("code", "out", "tmp", "repository")) {
      Files.createDirectory(root.resolve(name));
    }
    repository = MavenFolder.in(root.resolve("repository"));
    set("FOB_MAVEN_REPOSITORY", repository.folder().toUri().toString());
  }

  MavenFolder repository() {
    return repository;
  }

  Path out() {
    return root.resolve("out");
  }

  void set(String variable, String value) {
    environment.put(variable, value);
  }

  /** What a run has written to stderr. */
  record Ended(int exitCode, String said) {}

  private Ended run(String command) throws IOException, InterruptedException {
    Path said = root.resolve("said");
    Path printed = root.resolve("printed");
    ProcessBuilder builder =
        new ProcessBuilder(RUN.toString(), "install", command, root.toString())
            .redirectError(said.toFile())
            .redirectOutput(printed.toFile());
    builder.environment().keySet().retainAll(List.of("PATH", "JAVA_HOME"));
    builder
        .environment()
        .putAll(Map.of("HOME", "/nowhere", "TMPDIR", root.resolve("tmp").toString()));
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(100, TimeUnit.SECONDS)).as("it ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(printed).isEmptyFile();
    assertThat(root.resolve("tmp")).as("the installer leaves nothing behind").isEmptyDirectory();
    return new Ended(process.exitValue(), Files.readString(said));
  }

  private void code(String entry, String text) throws IOException {
    Files.writeString(root.resolve("code").resolve(entry), text);
  }

  /** Returns the lock of a source file. */
  String lock(String text) throws IOException, InterruptedException {
    return lock("function", text);
  }

  String lock(String entry, String text) throws IOException, InterruptedException {
    code(entry, text);
    Ended ended = run("lock");
    assertThat(ended.exitCode()).as(ended.said()).isZero();
    return Files.readString(out().resolve("lock.json"), UTF_8);
  }

  /** Returns the packages of a lock as group:name:version. */
  List<String> packages(String text) throws IOException, InterruptedException {
    return Json.parse(lock(text))
        .path("packages")
        .valueStream()
        .map(each -> each.path("name").asText() + ":" + each.path("version").asText())
        .toList();
  }

  /** Installs a lock, and returns the names of the files. */
  List<String> install(String lock) throws IOException, InterruptedException {
    Ended ended = runInstall(lock);
    assertThat(ended.exitCode()).as(ended.said()).isZero();
    try (Stream<Path> files = Files.list(out())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private Ended runInstall(String lock) throws IOException, InterruptedException {
    Files.writeString(root.resolve("lock.json"), lock);
    Files.deleteIfExists(out().resolve("lock.json"));
    return run("install");
  }

  /** Returns the reason why a lock cannot be installed. */
  String refusedInstall(String lock) throws IOException, InterruptedException {
    return reason(runInstall(lock));
  }

  /** Returns the reason why a source file has no lock. */
  String refused(String text) throws IOException, InterruptedException {
    code("function", text);
    return reason(run("lock"));
  }

  /** The lines of the reason, which are the last ones. */
  private static String reason(Ended ended) {
    assertThat(ended.exitCode()).as(ended.said()).isOne();
    List<String> lines = ended.said().lines().toList();
    assertThat(lines).anyMatch(line -> line.startsWith("error: "));
    assertThat(ended.said()).doesNotContain("\tat ");
    return String.join(
        "\n", lines.stream().dropWhile(line -> !line.startsWith("error: ")).toList());
  }

  static JsonNode first(String lock) {
    return Json.parse(lock).at("/packages/0");
  }
}
