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
 * The broker's two listening sockets, bound before Kafka starts. So a free port cannot be lost
 * between choosing and using it, and a taken one is known before anything else is set in motion.
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
   * Binds both.
   *
   * @throws StartRefused if the client port is taken or the host is not one of this machine
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

  /** What clients are told to connect to, which cannot be "any address". */
  private static String advertised(String host) {
    try {
      return InetAddress.getByName(host).isAnyLocalAddress()
          ? InetAddress.getLocalHost().getHostAddress()
          : host;
    } catch (UnknownHostException e) {
      throw new StartRefused(
          "This machine's own name has no address to tell Kafka's clients; name one with --host",
          e);
    }
  }

  private static ServerSocketChannel listen(String host, int port) {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new StartRefused("The host " + host + " for Kafka is unknown");
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
          "Port "
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
          "Kafka cannot listen on " + host + ":" + port + " (" + e.getMessage() + ")", e);
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
        // nothing depends on it any more
      }
    }
  }
}
