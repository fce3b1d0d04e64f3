package fob.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthServerTest {

  private final AtomicReference<Optional<String>> unready =
      new AtomicReference<>(Optional.of("waiting for Kafka"));
  private final AtomicReference<Optional<String>> warning = new AtomicReference<>(Optional.empty());
  private final AtomicReference<Optional<Exposition>> metrics =
      new AtomicReference<>(Optional.empty());
  private HealthServer server;

  @BeforeEach
  void listen() throws IOException {
    server = new HealthServer("127.0.0.1", 0, unready::get, warning::get, _ -> metrics.get());
  }

  @AfterEach
  void close() {
    server.close();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }
  }

  @Test
  void serviceThatIsNotReadyIsHealthyAndSaysWhy() throws Exception {
    // When
    HttpResponse<String> health = get("/healthz");
    HttpResponse<String> ready = get("/readyz");

    // Then
    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body()).isEqualTo("waiting for Kafka\n");
  }

  @Test
  void readyServiceAnswers200() throws Exception {
    // Given
    unready.set(Optional.empty());

    // When
    HttpResponse<String> ready = get("/readyz");

    // Then
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(ready.body()).isEqualTo("ready\n");
  }

  @Test
  void portInUseIsNamedInTheRefusal() {
    assertThatThrownBy(() -> new HealthServer("127.0.0.1", server.port(), unready::get))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("127.0.0.1", "" + server.port(), "FOB_PORT");
  }

  @Test
  void warningIsToldByAServiceThatIsReady() throws Exception {
    // Given
    unready.set(Optional.empty());
    warning.set(Optional.of("one replica may be lost"));

    // When
    HttpResponse<String> ready = get("/readyz");

    // Then
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(ready.body()).isEqualTo("ready\nwarning: one replica may be lost\n");
  }

  @Test
  void metricsAreServedOnceThereAreAny() throws Exception {
    // When
    HttpResponse<String> before = get("/metrics");
    metrics.set(Optional.of(new Exposition("text/plain; version=0.0.4", "up 1\n".getBytes(UTF_8))));
    HttpResponse<String> then = get("/metrics");

    // Then
    assertThat(before.statusCode()).isEqualTo(404);
    assertThat(before.body()).contains("FOB_METRICS");
    assertThat(then.statusCode()).isEqualTo(200);
    assertThat(then.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4");
    assertThat(then.body()).isEqualTo("up 1\n");
  }
}
