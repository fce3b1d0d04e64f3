package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Runs fob or one of its services in a process with the launcher's flags, jars and AOT cache. */
final class FobProcess implements AutoCloseable {

  static final String FOB = "fob.standalone.Fob";

  private static final Duration START = Duration.ofSeconds(60);
  private static final Pattern UP = Pattern.compile("fob is up at (\\S+)");
  private static final List<String> FLAGS =
      List.of(
          "-Xmx384m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xlog:disable",
          "-Xlog:all=error:stderr",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Dfob.home=" + Repository.ROOT);

  private static final LauncherJvm LAUNCHER = new LauncherJvm(Repository.ROOT);

  private final Process process;
  private final Path out;
  private final Path err;

  private FobProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Starts {@code fob up} on free ports; further arguments may override them. */
  static FobProcess up(Path folder, Path data, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("up", "--port", "0", "--kafka-port", "0", "--data", data.toString()));
    for (int i = 0; i < more.length; i += 2) {
      args.set(args.indexOf(more[i]) + 1, more[i + 1]);
    }
    return start(folder, FOB, Map.of(), args);
  }

  /**
   * Starts a main class.
   *
   * @param folder for the files with the process's output
   * @param environment the only variables starting with FOB_ that the process gets
   */
  static FobProcess start(
      Path folder, String mainClass, Map<String, String> environment, List<String> args) {
    return startThrough(List.of(), folder, mainClass, environment, args);
  }

  /**
   * Starts a main class that finds one class of the tests, too.
   *
   * @param known a class without others that it needs
   */
  static FobProcess startKnowing(
      Class<?> known, Path folder, String mainClass, Map<String, String> environment) {
    String file = known.getName().replace('.', '/') + ".class";
    Path copy = folder.resolve("known").resolve(file);
    try (InputStream bytes = known.getResourceAsStream("/" + file)) {
      Files.createDirectories(copy.getParent());
      Files.copy(bytes, copy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String classPath = LAUNCHER.classPath() + File.pathSeparator + folder.resolve("known");
    return start(List.of(), folder, classPath, mainClass, environment, List.of());
  }

  /**
   * Starts a main class through another program.
   *
   * @param starter a command that executes the command in its arguments
   */
  static FobProcess startThrough(
      List<String> starter,
      Path folder,
      String mainClass,
      Map<String, String> environment,
      List<String> args) {
    return start(starter, folder, LAUNCHER.classPath(), mainClass, environment, args);
  }

  private static FobProcess start(
      List<String> starter,
      Path folder,
      String classPath,
      String mainClass,
      Map<String, String> environment,
      List<String> args) {
    List<String> command = new ArrayList<>(starter);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.addAll(LAUNCHER.options());
    command.addAll(List.of("-cp", classPath, mainClass));
    command.addAll(args);
    try {
      Path out = Files.createTempFile(folder, "out-", ".txt");
      Path err = Files.createTempFile(folder, "err-", ".txt");
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
      builder.environment().keySet().removeIf(name -> name.startsWith("FOB_"));
      builder.environment().putAll(environment);
      return new FobProcess(builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until {@code fob up} prints its URL, and returns a client for it. */
  FobClient awaitUp() {
    await().atMost(START).until(() -> !process.isAlive() || UP.matcher(out()).find());
    Matcher up = UP.matcher(out());
    assertThat(up.find()).as(toString()).isTrue();
    return new FobClient(URI.create(up.group(1)));
  }

  /** Returns the processes of its sandboxes. */
  Set<ProcessHandle> descendants() {
    return process.descendants().collect(Collectors.toSet());
  }

  long pid() {
    return process.pid();
  }

  /** Kills the process with SIGKILL. */
  void kill() {
    process.destroyForcibly();
    awaitExit(Duration.ofSeconds(10));
  }

  /** Sends SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** Waits for the end of the process and returns its exit code. */
  int awaitExit(Duration atMost) {
    try {
      assertThat(process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS))
          .as("%s should end within %s", this, atMost)
          .isTrue();
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  String out() {
    return read(out);
  }

  String err() {
    return read(err);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  @Override
  public String toString() {
    return "process " + process.pid() + ", stdout: " + out() + ", stderr: " + err();
  }
}
