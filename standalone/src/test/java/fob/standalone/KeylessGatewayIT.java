package fob.standalone;

import static fob.standalone.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.bus.Bus;
import fob.bus.BusSettings;
import fob.bus.BusStart;
import fob.function.FunctionId;
import fob.gateway.Gateway;
import fob.gateway.GatewayConfig;
import fob.service.Service;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gateway without a key for secrets says so, and keeps none. */
@Timeout(120)
class KeylessGatewayIT {

  private static final String HOST = "127.0.0.1";

  @Test
  void secretsAreRefusedWithWhatToDo(@TempDir Path dir) throws Exception {
    try (Service services = new Service()) {
      // Given
      EmbeddedBroker broker = services.add(EmbeddedBroker.start(dir.resolve("kafka"), HOST, 0));
      BusSettings settings = BusSettings.of(broker.bootstrapServers());
      Gateway gateway = services.add(Gateway.listen(GatewayConfig.standard(settings, HOST, 0)));
      Bus bus = services.add(BusStart.connect(settings));
      gateway.connect(bus);
      FobClient fob =
          services.add(new FobClient(URI.create("http://" + HOST + ":" + gateway.port())));
      await().atMost(Duration.ofSeconds(30)).until(() -> fob.get("/api/secrets").status() == 200);

      // When
      Answer put = fob.send("PUT", "/api/secrets/TOKEN", BodyPublishers.ofString("hush"));
      Answer fetched = fob.get("/api/secrets-of/" + FunctionId.random());

      // Then
      assertProblem(put, 503, "gateway", "no-secret-key");
      assertThat(put.at("/detail"))
          .contains("set FOB_SECRET_KEY", "openssl rand -base64 32")
          .doesNotContain("hush");
      assertProblem(fetched, 503, "gateway", "no-secret-key");
      assertThat(fob.get("/api/secrets").text()).doesNotContain("TOKEN");
    }
  }
}
