package fob.deployer.docker;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Forwards connections to the engine's socket, so that a test can cut the engine off. */
final class UnixForwarder implements AutoCloseable {

  private final Path here;
  private final Path there;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private ServerSocketChannel listener;

  UnixForwarder(Path here, Path there) throws IOException {
    this.here = here;
    this.there = there;
    this.listener = listen();
  }

  private ServerSocketChannel listen() throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    channel.bind(UnixDomainSocketAddress.of(here));
    Thread.ofPlatform().daemon().start(() -> accept(channel));
    return channel;
  }

  private void accept(ServerSocketChannel channel) {
    try {
      while (true) {
        SocketChannel near = channel.accept();
        accepted.incrementAndGet();
        SocketChannel far = SocketChannel.open(UnixDomainSocketAddress.of(there));
        open.add(near);
        open.add(far);
        Thread.ofVirtual().start(() -> copy(near, far));
        Thread.ofVirtual().start(() -> copy(far, near));
      }
    } catch (IOException closed) {
      // by goAway()
    }
  }

  private void copy(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocate(8192);
    try (from;
        to) {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
    } catch (IOException closed) {
      // by either end
    }
    open.remove(from);
    open.remove(to);
  }

  int accepted() {
    return accepted.get();
  }

  void goAway() throws IOException {
    listener.close();
    Files.deleteIfExists(here);
    for (SocketChannel each : open) {
      each.close();
    }
  }

  void comeBack() throws IOException {
    listener = listen();
  }

  @Override
  public void close() throws IOException {
    goAway();
  }
}
