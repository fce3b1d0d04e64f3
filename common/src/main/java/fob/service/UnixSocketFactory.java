package fob.service;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import javax.net.SocketFactory;

/**
 * Makes sockets that lead to one Unix domain socket, whatever address they are told to connect to.
 * They stand on the JDK's own {@link SocketChannel}, on which a virtual thread parks instead of
 * pinning its carrier.
 */
public final class UnixSocketFactory extends SocketFactory {

  private final UnixDomainSocketAddress address;

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

  /**
   * As much of a socket as OkHttp asks for. Before it sends over a connection that was idle for
   * long it reads with a time-out of 1 ms, to see whether the other end has gone: a read that did
   * not honour that would hang for ever.
   */
  private static final class UnixSocket extends Socket {

    private final UnixDomainSocketAddress address;
    private final SocketChannel channel;
    private int soTimeout;

    UnixSocket(UnixDomainSocketAddress address) throws IOException {
      this.address = address;
      this.channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    }

    @Override
    public void connect(SocketAddress ignored) throws IOException {
      channel.connect(address);
    }

    @Override
    public void connect(SocketAddress ignored, int timeout) throws IOException {
      channel.connect(address);
    }

    @Override
    public InputStream getInputStream() {
      return new InputStream() {
        @Override
        public int read() throws IOException {
          byte[] one = new byte[1];
          return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
          if (length == 0) {
            return 0;
          }
          if (soTimeout > 0) {
            awaitReadable(soTimeout);
          }
          return channel.read(ByteBuffer.wrap(bytes, offset, length));
        }
      };
    }

    /** Nobody may read or write meanwhile. */
    private void awaitReadable(int millis) throws IOException {
      try (Selector selector = Selector.open()) {
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
        if (selector.select(millis) == 0) {
          throw new SocketTimeoutException("nothing came within " + millis + " ms");
        }
      } finally {
        if (channel.isOpen()) {
          channel.configureBlocking(true);
        }
      }
    }

    @Override
    public OutputStream getOutputStream() {
      return new OutputStream() {
        @Override
        public void write(int one) throws IOException {
          write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
          while (buffer.hasRemaining()) {
            channel.write(buffer);
          }
        }
      };
    }

    @Override
    public boolean isConnected() {
      return channel.isConnected();
    }

    @Override
    public boolean isClosed() {
      return !channel.isOpen();
    }

    @Override
    public boolean isInputShutdown() {
      return !channel.isOpen();
    }

    @Override
    public boolean isOutputShutdown() {
      return !channel.isOpen();
    }

    @Override
    public void setSoTimeout(int timeout) {
      soTimeout = timeout;
    }

    @Override
    public int getSoTimeout() {
      return soTimeout;
    }

    @Override
    public void setTcpNoDelay(boolean on) {}

    @Override
    public InetAddress getInetAddress() {
      return InetAddress.getLoopbackAddress();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
      return address;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
