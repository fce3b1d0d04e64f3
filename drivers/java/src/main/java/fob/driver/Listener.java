package fob.driver;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Makes the listening socket. */
final class Listener {

  private static final int BACKLOG = 128;

  private Listener() {}

  /**
   * Returns the listening socket. Clients cannot connect to a Unix socket before {@link #publish}.
   */
  static ServerSocketChannel listen(SocketAddress address) throws IOException {
    if (address instanceof UnixDomainSocketAddress unix) {
      Path early = early(unix);
      Files.deleteIfExists(early);
      ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      channel.bind(UnixDomainSocketAddress.of(early), BACKLOG);
      // The invoker may be another user.
      Files.setPosixFilePermissions(early, PosixFilePermissions.fromString("rw-rw-rw-"));
      return channel;
    }
    InetSocketAddress tcp = (InetSocketAddress) address;
    boolean six = tcp.getAddress() instanceof Inet6Address;
    ServerSocketChannel channel =
        ServerSocketChannel.open(six ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
    channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    channel.bind(tcp, BACKLOG);
    return channel;
  }

  /**
   * Gives a Unix socket its real path, so that the path exists only when clients can connect. The
   * path may belong to another driver that is still draining, so no driver removes it at the end.
   */
  static void publish(SocketAddress address) throws IOException {
    if (address instanceof UnixDomainSocketAddress unix) {
      Files.move(early(unix), unix.getPath(), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static Path early(UnixDomainSocketAddress unix) {
    return Path.of(unix.getPath() + ".new");
  }
}
