package fob.standalone;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import org.apache.kafka.server.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * The broker's two listening sockets, which are bound before Kafka starts. So no other process can
 * take a free port after it was chosen, and a port that is in use is found before anything starts.
 */
final class BrokerSockets implements ServerSocketFactory, AutoCloseable {
  private static final int BACKLOG = 128;

  private final String host;
  private final ServerSocketChannel clients;
  private final ServerSocketChannel controller;

  private BrokerSockets(String host, ServerSocketChannel clients, ServerSocketChannel controller) {
    this.host = host;
    this.clients = clients;
    this.controller = controller;
  }

  /**
   * Binds both sockets.
   *
   * @param port the port for clients; 0 takes a free port
   * @throws StartRefused if the port is in use, or the host is not an address of this machine
   */
  static BrokerSockets bind(String host, int port) {
    ServerSocketChannel clients = listen(host, port);
    try {
      String loopback = InetAddress.getLoopbackAddress().getHostAddress();
      return new BrokerSockets(advertised(host), clients, listen(loopback, 0));
    } catch (StartRefused e) {
      closeQuietly(clients);
      throw e;
    }
  }

  /** Returns the address that clients connect to, which cannot be 0.0.0.0. */
  private static String advertised(String host) {
    try {
      return InetAddress.getByName(host).isAnyLocalAddress()
          ? InetAddress.getLocalHost().getHostAddress()
          : host;
    } catch (UnknownHostException e) {
      throw new StartRefused(
          "this machine's name has no IP address that Kafka's clients could use; set one with --kafka-host (./fob broker: --host)",
          e);
    }
  }

  private static ServerSocketChannel listen(String host, int port) {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new StartRefused(
          "the host "
              + host
              + " for Kafka is unknown; set an address of this machine with --kafka-host (./fob broker: --host)");
    }
    ServerSocketChannel socket = null;
    try {
      socket = ServerSocketChannel.open();
      socket.bind(address, BACKLOG);
      socket.configureBlocking(false);
      return socket;
    } catch (BindException e) {
      closeQuietly(socket);
      throw new StartRefused(
          "port "
              + port
              + " on "
              + host
              + " for Kafka cannot be used ("
              + e.getMessage()
              + "): choose another with --kafka-port (of ./fob broker: --port), or 0 for a free one",
          e);
    } catch (IOException e) {
      closeQuietly(socket);
      throw new StartRefused(
          "Kafka cannot listen on %s:%d (%s); choose another port with --kafka-port (of ./fob broker: --port)"
              .formatted(host, port, e.getMessage()),
          e);
    }
  }

  String clientAddress() {
    return host + ":" + clients.socket().getLocalPort();
  }

  String controllerAddress() {
    return "127.0.0.1:" + controller.socket().getLocalPort();
  }

  @Override
  public ServerSocketChannel openServerSocket(
      String listener, InetSocketAddress address, int backlog, int receiveBuffer) {
    return listener.equals(BrokerSettings.CONTROLLER_LISTENER) ? controller : clients;
  }

  @Override
  public void close() {
    closeQuietly(clients);
    closeQuietly(controller);
  }

  private static void closeQuietly(@Nullable ServerSocketChannel socket) {
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException ignored) {
        // the socket is not needed any more
      }
    }
  }
}
