package fob.deployer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.Json;
import fob.deployer.local.Output;
import fob.service.UnixSocketFactory;
import java.io.IOException;
import java.net.Proxy;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Asks a driver that runs already how it is. */
final class Health {

  /** A function that is busy may let its driver wait. */
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private static final int MOST_BYTES = Output.LONGEST_EVENT;

  private Health() {}

  /** Tells what the driver answers as the events that it told when it came to be so. */
  static void tell(Path socket, Output output) throws IOException {
    JsonNode health = ask(socket);
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
        // It has been ready, and has calls to finish.
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

  private static JsonNode ask(Path socket) throws IOException {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .socketFactory(new UnixSocketFactory(socket))
            .proxy(Proxy.NO_PROXY)
            .callTimeout(LONGEST)
            .readTimeout(LONGEST)
            .build();
    Request request =
        new Request.Builder().url("http://127.0.0.1/health").header("Connection", "close").build();
    try (Response response = client.newCall(request).execute()) {
      byte[] body = response.body().byteStream().readNBytes(MOST_BYTES);
      return Json.parse(body);
    } catch (IllegalArgumentException e) {
      throw new IOException("its answer is not JSON", e);
    }
  }

  /** Whether anybody listens. */
  static boolean isAnybodyAt(Path socket) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException nobody) {
      return false;
    }
  }
}
