package fob.driver;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A driver as a process, which listens on a Unix socket in a folder of its own. */
public final class DriverProcess implements AutoCloseable {

  private static final Path RUN = Path.of("run.sh").toAbsolutePath();

  private final Path folder;
  private final Process process;
  private final Lines events;
  private final Lines log;
  private final List<Client> clients = new ArrayList<>();

  private DriverProcess(@Nullable String code, Map<String, String> environment) throws IOException {
    folder = Files.createTempDirectory("fob-");
    Path events = folder.resolve("events");
    Path log = folder.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(RUN.toString())
            .directory(folder.toFile())
            .redirectOutput(events.toFile())
            .redirectError(log.toFile());
    builder.environment().keySet().retainAll(List.of("PATH", "JAVA_HOME"));
    builder
        .environment()
        .putAll(
            Map.of(
                "TMPDIR",
                folder.toString(),
                "FOB_LISTEN",
                "unix:" + socket(),
                "FOB_MEMORY_MIB",
                "128"));
    if (code != null) {
      Path file = Files.writeString(folder.resolve("code"), code);
      builder.environment().put("FOB_CODE_URL", file.toUri().toString());
    }
    builder.environment().putAll(environment);
    process = builder.start();
    this.events = new Lines(events);
    this.log = new Lines(log);
  }

  /** Starts a driver with a function. The caller waits for what it expects. */
  static DriverProcess begin(@Nullable String code, Map<String, String> environment)
      throws IOException {
    return new DriverProcess(code, environment);
  }

  /** Starts a driver with a function, and waits until that is loaded or has failed to. */
  public static DriverProcess start(String code, Map<String, String> environment)
      throws IOException {
    DriverProcess driver = begin(code, environment);
    driver.events.await("\"event\"");
    return driver;
  }

  static DriverProcess start(String code) throws IOException {
    return start(code, Map.of());
  }

  private Path socket() {
    return folder.resolve("s");
  }

  Path folder() {
    return folder;
  }

  Lines log() {
    return log;
  }

  /** Connects to the driver. */
  public Client client() throws IOException {
    Client client = new Client(socket());
    synchronized (clients) {
      clients.add(client);
    }
    return client;
  }

  /** Waits until the driver listens. */
  DriverProcess listening() {
    log.await(" fob: function ");
    return this;
  }

  JsonNode awaitEvent(String name) {
    return Json.parse(events.await("\"event\":\"" + name + "\"").getFirst());
  }

  /** Begins a call on a connection of its own. */
  CompletableFuture<Answer> begin(String parameters, String requestId) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            answer.complete(client().run(parameters, requestId));
          } catch (IOException e) {
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  void terminate() {
    process.destroy();
  }

  /** Waits for the end of the process, and returns its exit code. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(Lines.DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("the driver has not ended");
    }
    return process.exitValue();
  }

  @Override
  public void close() throws IOException {
    synchronized (clients) {
      for (Client client : clients) {
        client.close();
      }
    }
    process.destroyForcibly();
    process.onExit().join();
    delete(folder);
  }

  /** Removes a folder with all that is in it. */
  public static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
