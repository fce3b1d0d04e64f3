package fob.deployer.local;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import fob.function.Instance;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** One HTTP call to an instance over its Unix socket. */
public final class UnixHttp {

  private UnixHttp() {}

  public record Answer(int status, JsonNode body) {}

  public static Answer run(Instance instance, String params) throws IOException {
    String body = "{\"value\":" + params + ",\"request_id\":\"test\"}";
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "POST /run HTTP/1.1\r\nHost: f\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
            .formatted(bytes.length);
    String path = instance.address().getSchemeSpecificPart();
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(Path.of(path)))) {
      write(channel, (head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.UTF_8));
      write(channel, bytes);
      byte[] all = Channels.newInputStream(channel).readAllBytes();
      String text = new String(all, StandardCharsets.UTF_8);
      int end = text.indexOf("\r\n\r\n");
      if (end < 0) {
        throw new IOException("no answer, only: " + text);
      }
      return new Answer(
          Integer.parseInt(text.substring(9, 12)),
          Json.parse(text.substring(end + 4).getBytes(StandardCharsets.UTF_8)));
    }
  }

  private static void write(SocketChannel channel, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
