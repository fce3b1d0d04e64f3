package fob.deployer.docker;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A server on a Unix socket that gives every request the same answer. */
final class UnixAnswer implements AutoCloseable {

  private final ServerSocketChannel listener;
  private final byte[] answer;

  UnixAnswer(Path socket, String body) throws IOException {
    listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    answer =
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(body.length(), body)
            .getBytes(StandardCharsets.UTF_8);
    Thread.ofPlatform().daemon().start(this::serve);
  }

  private void serve() {
    try {
      while (true) {
        try (SocketChannel channel = listener.accept()) {
          channel.read(ByteBuffer.allocate(8192));
          channel.write(ByteBuffer.wrap(answer));
        }
      }
    } catch (IOException closed) {
      // by close()
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
