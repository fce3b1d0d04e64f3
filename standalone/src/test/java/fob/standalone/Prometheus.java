package fob.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A real Prometheus that scrapes one gateway every second. */
final class Prometheus implements AutoCloseable {

  private final Process process;
  private final HttpClient http = HttpClient.newHttpClient();
  private final int port;

  private Prometheus(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts it.
   *
   * @param folder for its configuration, data and log
   * @param gateway as host:port
   */
  static Prometheus start(Path folder, String gateway, Path rules) throws IOException {
    int port = Ports.free();
    Path config =
        Files.writeString(
            folder.resolve("prometheus.yml"),
            """
            global: {scrape_interval: 1s, evaluation_interval: 1s}
            rule_files: ["%s"]
            scrape_configs:
              - job_name: fob
                static_configs: [{targets: ["%s"]}]
            """
                .formatted(rules, gateway));
    Process process =
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("prometheus.log").toFile())
            .start();
    return new Prometheus(process, port);
  }

  boolean isReady() {
    assertThat(process.isAlive()).as("Prometheus runs").isTrue();
    try {
      return http.send(request("/-/ready"), BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the result of a query, which must be valid. */
  JsonNode query(String query) {
    JsonNode answer = get("/api/v1/query?query=" + URLEncoder.encode(query, UTF_8));
    assertThat(answer.path("status").asText()).as("%s: %s", query, answer).isEqualTo("success");
    return answer.at("/data/result");
  }

  JsonNode get(String path) {
    try {
      return Json.parse(http.send(request(path), BodyHandlers.ofByteArray()).body());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(path, e);
    }
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
  }

  @Override
  public void close() {
    http.shutdownNow();
    process.destroy();
    process
        .onExit()
        .orTimeout(10, TimeUnit.SECONDS)
        .exceptionally(_ -> process.destroyForcibly())
        .join();
  }
}
