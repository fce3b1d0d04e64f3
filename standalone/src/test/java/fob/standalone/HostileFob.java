package fob.standalone;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A fob for hostile functions, a process of its own, and what the host sees of them. It is started
 * the way no fob should be: with secrets in its environment and in its session keyring, and with
 * everything odd that a process can inherit.
 */
final class HostileFob implements AutoCloseable {

  static final String SECRET = "fob-hostile-secret";

  private static final Path RESOURCES = Path.of("src/test/resources");
  private static final Path SOURCES = RESOURCES.resolve("hostile");
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
  private static final int DEEPEST_GROUP = 6;
  private static final Duration SOON = Duration.ofSeconds(60);

  private static final Pattern KAFKA = Pattern.compile("Kafka listens at \\S+:(\\d+)");

  /** The name of an instance's control group, or of its container's. */
  private static final Pattern GROUP =
      Pattern.compile("/(fob-[^/\n]+/f[^/\n]+|docker[/-][0-9a-f]{64})");

  private final FobProcess process;
  private final FobClient client;
  final Path folder;
  final Path data;
  private final String neighbour;

  private HostileFob(Path folder, String platform) {
    this.folder = folder;
    this.data = folder.resolve("data");
    List<String> start =
        List.of("/usr/bin/python3", RESOURCES.resolve("odd_start.py").toAbsolutePath().toString());
    List<String> up =
        List.of(
            "up", "--port", "0", "--kafka-port", "0", "--data", data + "", "--platform", platform);
    process =
        FobProcess.startThrough(
            start, folder, FobProcess.FOB, Map.of("HOST_SECRET", SECRET, "FOB_SECRET", SECRET), up);
    client = process.awaitUp();
    neighbour = client.register("", "def callme(n):\n    return n\n");
  }

  static HostileFob start(Path folder, String platform) {
    return new HostileFob(folder, platform);
  }

  static Set<String> sources() throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      return files
          .map(file -> file.getFileName() + "")
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  static String source(String name) {
    try {
      return Files.readString(SOURCES.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of a file of the host its beginning, of a directory the names; empty if there is none. */
  static String content(String path) {
    Path at = Path.of(path);
    try (Stream<Path> entries = Files.isDirectory(at) ? Files.list(at) : Stream.of()) {
      if (Files.isDirectory(at)) {
        return entries
            .map(entry -> entry.getFileName() + "")
            .sorted()
            .collect(Collectors.joining("\n"));
      }
      try (InputStream in = Files.newInputStream(at)) {
        return new String(in.readNBytes(200), StandardCharsets.ISO_8859_1);
      }
    } catch (IOException | UncheckedIOException none) {
      return "";
    }
  }

  FobClient client() {
    return client;
  }

  String register(String settings, String name) {
    return client.register(settings, source(name));
  }

  /** Whether another function still gives the right answer. */
  boolean neighbourAnswers(int number) {
    return client
        .call(neighbour, "{\"n\":" + number + "}")
        .text()
        .equals("{\"result\":" + number + "}");
  }

  String neighbour() {
    return neighbour;
  }

  /** Where its broker listens, as it says itself. */
  int kafkaPort() {
    Matcher address = KAFKA.matcher(process.out());
    if (!address.find()) {
      throw new AssertionError("no address of Kafka in " + process);
    }
    return Integer.parseInt(address.group(1));
  }

  long pid() {
    return process.pid();
  }

  /** The groups of a function's instances: no process leaves the one that it was started in. */
  static Set<String> groups(String function) {
    return ProcessHandle.allProcesses()
        .filter(each -> HostProcesses.read(each, "environ").contains("FOB_FUNCTION_ID=" + function))
        .flatMap(each -> GROUP.matcher(HostProcesses.read(each, "cgroup")).results())
        .map(found -> found.group(1))
        .collect(Collectors.toSet());
  }

  /** What the host runs in one of these groups, and as one of these users. */
  static List<String> members(Set<String> groups) {
    return ProcessHandle.allProcesses()
        .filter(each -> groups.stream().anyMatch(HostProcesses.read(each, "cgroup")::contains))
        .map(each -> each.pid() + " " + HostProcesses.read(each, "comm").strip())
        .toList();
  }

  /** The directories of these groups that the kernel still has. */
  static List<Path> remaining(Set<String> groups) {
    try (Stream<Path> all =
        Files.find(
            CGROUPS,
            DEEPEST_GROUP,
            (path, attributes) ->
                attributes.isDirectory() && groups.stream().anyMatch(path.toString()::endsWith))) {
      return all.toList();
    } catch (IOException | UncheckedIOException changing) {
      return List.of(CGROUPS);
    }
  }

  /** Removes a function, and waits until the host has nothing of it any more. */
  void removeAndAwaitNothingLeft(String function, Set<String> groups) {
    client.delete("/api/gen/" + function);
    await().atMost(SOON).until(() -> members(groups).isEmpty() && remaining(groups).isEmpty());
  }

  @Override
  public void close() {
    client.close();
    process.terminate();
    try {
      process.awaitExit(SOON);
    } finally {
      process.close();
    }
  }
}
