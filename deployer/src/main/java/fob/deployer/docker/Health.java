package fob.deployer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.deployer.local.DriverClient;
import fob.deployer.local.SandboxOutput;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** Asks a driver that was started by an earlier deployer for its state. */
final class Health {

  /** The driver of a busy function may answer late. */
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private Health() {}

  /**
   * Repeats the events that led to the driver's state.
   *
   * @throws IOException if the driver does not answer within 10 s
   */
  static void tell(URI address, SandboxOutput output) throws IOException {
    JsonNode health = new DriverClient(LONGEST).ask(address);
    switch (health.path("state").asText()) {
      case "ready" -> output.event(event("ready"));
      case "failed" ->
          output.event(
              Json.bytes(
                  JsonNodeFactory.instance
                      .objectNode()
                      .put("event", "failed")
                      .set("error", health.path("error"))));
      case "draining" -> {
        // The driver was ready before, and may have calls to finish.
        output.event(event("ready"));
        output.event(event("draining"));
      }
      default -> {}
    }
  }

  private static byte[] event(String name) {
    ObjectNode event = JsonNodeFactory.instance.objectNode().put("event", name);
    return Json.bytes(event.put("reason", "it was about to end when this deployer took over"));
  }

  /** Whether a process listens at the address. */
  static boolean isAnybodyAt(URI address) {
    if (!"unix".equals(address.getScheme())) {
      return listens(address);
    }
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(address.getPath()));
    } catch (IOException nobody) {
      return false;
    }
  }

  private static boolean listens(URI address) {
    try {
      new DriverClient(LONGEST).connect(address);
      return true;
    } catch (IOException nobody) {
      return false;
    }
  }
}
