package fob.service;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import javax.net.SocketFactory;

/**
 * Creates sockets that connect to one Unix domain socket, whatever address they are given. They use
 * the JDK's {@link SocketChannel}, so a virtual thread that waits for one does not pin its carrier.
 * Thread-safe.
 */
public final class UnixSocketFactory extends SocketFactory {

  private final UnixDomainSocketAddress address;

  /**
   * Creates a factory.
   *
   * @param path the Unix domain socket; need not exist before a socket connects
   */
  public UnixSocketFactory(Path path) {
    this.address = UnixDomainSocketAddress.of(path);
  }

  @Override
  public Socket createSocket() throws IOException {
    return new UnixSocket(address);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return connected();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return connected();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return connected();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return connected();
  }

  private Socket connected() throws IOException {
    Socket socket = createSocket();
    socket.connect(address);
    return socket;
  }
}
