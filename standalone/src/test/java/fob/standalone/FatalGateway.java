package fob.standalone;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * A broker in this JVM, and a gateway process that ends when Kafka acknowledges its first record.
 */
final class FatalGateway implements AutoCloseable {

  private static final Duration SOON = Duration.ofSeconds(60);

  private final EmbeddedBroker broker;
  private final FobProcess process;
  private final FobClient client;

  /**
   * Starts both without waiting until the gateway is up.
   *
   * @param environment further settings of the gateway
   */
  FatalGateway(Path folder, Map<String, String> environment) {
    int port = Ports.free();
    broker = EmbeddedBroker.start(folder.resolve("kafka"), "127.0.0.1", 0);
    Map<String, String> all = new HashMap<>(environment);
    all.put("FOB_KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    all.put("FOB_KAFKA_INTERCEPTOR_CLASSES", FatalAcknowledgement.class.getName());
    all.put("FOB_PORT", String.valueOf(port));
    all.put("FOB_WARM_UP", "false");
    process = FobProcess.startKnowing(FatalAcknowledgement.class, folder, "fob.gateway.Main", all);
    client = new FobClient(URI.create("http://127.0.0.1:" + port));
  }

  FobProcess process() {
    return process;
  }

  FobClient client() {
    return client;
  }

  /** Makes the gateway write a record, waits for the end of the process, and returns its code. */
  int writeAndEnd() {
    String key = "{\"name\": \"ci\", \"role\": \"admin\"}";
    assertThatThrownBy(() -> client.post("/api/keys", key)).as("answer").isNotNull();
    return process.awaitExit(SOON);
  }

  @Override
  public void close() {
    client.close();
    process.close();
    broker.close();
  }
}
