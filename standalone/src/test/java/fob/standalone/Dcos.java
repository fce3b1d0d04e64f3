package fob.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Reads the folder {@code dcos/}, which has fob as Marathon apps. Thread-safe. */
final class Dcos {

  static final Path FOLDER = Repository.ROOT.resolve("dcos");

  /** The names of fob's apps, in the order of the group. */
  static final List<String> SERVICES = List.of("deployer", "invoker", "gateway");

  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
  private static final int PATIENCE_SECONDS = 60;

  private Dcos() {}

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Parses a single JSON value without duplicate keys. */
  static JsonNode json(String text) {
    try {
      return STRICT.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the template with this name, which is without {@code .json}. */
  static JsonNode template(String name) {
    return json(text(FOLDER.resolve(name + ".json")));
  }

  /** Returns the only port of an app. */
  static JsonNode port(JsonNode app) {
    JsonNode ports = app.at("/container/portMappings");
    assertThat(ports).hasSize(1);
    return ports.get(0);
  }

  /** Returns the virtual address of an app's port on DC/OS, {@code host:port}. */
  static String virtualAddress(JsonNode app) {
    String[] label = port(app).at("/labels/VIP_0").asText().split(":", 2);
    return label[0].substring(1) + ".marathon.l4lb.thisdcos.directory:" + label[1];
  }

  static boolean hasJq() {
    return shell("command -v jq").exit() == 0;
  }

  record Output(int exit, String out, String err) {}

  /** Runs a command of the README in the folder of the checkout. */
  static Output shell(String command) {
    try {
      Path errors = Files.createTempFile("fob-shell", ".err");
      try {
        Process process =
            new ProcessBuilder("sh", "-c", command)
                .directory(Repository.ROOT.toFile())
                .redirectError(errors.toFile())
                .start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError("still running: " + command);
        }
        return new Output(process.exitValue(), out, Files.readString(errors));
      } finally {
        Files.delete(errors);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
