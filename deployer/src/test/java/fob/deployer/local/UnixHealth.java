package fob.deployer.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** The health endpoint of a driver. */
final class UnixHealth implements AutoCloseable {

  private final ServerSocketChannel listener;
  private final List<SocketChannel> open = new CopyOnWriteArrayList<>();
  private volatile String state = "ready";
  private volatile boolean frozen;
  private final AtomicInteger answers = new AtomicInteger();

  UnixHealth(Path socket) throws IOException {
    this.listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    Thread.ofVirtual().start(this::serve);
  }

  int answers() {
    return answers.get();
  }

  /** Accepts connections but does not answer from now on. */
  void freeze() {
    frozen = true;
  }

  /** Sets the state in the answer. */
  void answer(String other) {
    state = other;
  }

  private void serve() {
    try {
      while (true) {
        SocketChannel client = listener.accept();
        if (frozen) {
          open.add(client);
        } else {
          answer(client);
        }
      }
    } catch (IOException closed) {
      // The instance has ended.
    }
  }

  private void answer(SocketChannel client) throws IOException {
    String body = "{\"state\":\"" + state + "\"}";
    String answer =
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(body.length(), body);
    try (client) {
      client.read(ByteBuffer.allocate(8192));
      client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
      answers.incrementAndGet();
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (SocketChannel each : open) {
        each.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
