package fob.service;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.DefaultConnectionReuseStrategy;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.message.MessageSupport;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an instance, over its Unix or TCP socket. It has no threads and no timers: a
 * virtual thread that waits for an answer is parked until there is something to read, or until
 * another thread calls {@link #close}, which is the only method that other threads may call.
 */
public final class InstanceConnection implements AutoCloseable {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  /**
   * An answer's status line and each of its headers have 16 KiB at most. A connection has three
   * buffers, which are small since there may be 20,000 connections.
   */
  private static final Http1Config LIMITS =
      Http1Config.custom()
          .setMaxLineLength(16 * 1024)
          .setMaxHeaderCount(100)
          .setBufferSize(2 * 1024)
          .build();

  private final URI address;
  private final boolean isUnix;
  private final Socket socket;
  private final DefaultBHttpClientConnection http = new DefaultBHttpClientConnection(LIMITS);
  private boolean isSent;
  private boolean isReusable;

  private InstanceConnection(URI address) throws IOException {
    this.address = address;
    this.isUnix = "unix".equals(address.getScheme());
    this.socket =
        isUnix
            ? new UnixSocketFactory(Path.of(address.getPath())).createSocket()
            : SocketChannel.open().setOption(StandardSocketOptions.TCP_NODELAY, true).socket();
  }

  /**
   * Connects to an instance.
   *
   * @param address of the instance: {@code unix:/path} or {@code http://host:port}
   * @throws IOException if the instance does not take the connection within 2 s
   */
  public static InstanceConnection open(URI address) throws IOException {
    InstanceConnection connection = unconnected(address);
    try {
      connection.connect();
      return connection;
    } catch (IOException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /**
   * Returns a connection that {@link #connect} makes, so that another thread can end that, too.
   *
   * @param address as in {@link #open}
   */
  public static InstanceConnection unconnected(URI address) throws IOException {
    return new InstanceConnection(address);
  }

  /**
   * Connects. To be called once.
   *
   * @throws IOException if the instance does not take the connection; over TCP within 2 s
   */
  public void connect() throws IOException {
    socket.connect(
        isUnix ? null : new InetSocketAddress(address.getHost(), address.getPort()),
        (int) CONNECT_TIMEOUT.toMillis());
    http.bind(socket);
  }

  /** Sends a request. If that fails, the instance may have answered before it got all of it. */
  public void send(ClassicHttpRequest request) throws HttpException {
    isSent = false;
    isReusable = false;
    request.setHeader(HttpHeaders.HOST, isUnix ? "localhost" : address.getAuthority());
    try {
      http.sendRequestHeader(request);
      http.sendRequestEntity(request);
      http.flush();
      isSent = true;
    } catch (IOException e) {
      // The instance may have answered, for example that it takes no calls, before it closed the
      // connection. If not, then receive() fails too.
    }
  }

  /** Blocks until the head of the answer is there. */
  public ClassicHttpResponse receive(ClassicHttpRequest request) throws IOException, HttpException {
    ClassicHttpResponse response = http.receiveResponseHeader();
    while (isInterim(response.getCode())) {
      response = http.receiveResponseHeader();
    }
    Header encoding = response.getFirstHeader(HttpHeaders.CONTENT_ENCODING);
    if (encoding != null && encoding.getValue().contains("gzip")) {
      throw new ProtocolException("it is compressed, which was not asked for");
    }
    if (MessageSupport.canResponseHaveBody(request.getMethod(), response)) {
      http.receiveResponseEntity(response);
    }
    return response;
  }

  private static boolean isInterim(int status) {
    return status < HttpStatus.SC_SUCCESS && status != HttpStatus.SC_SWITCHING_PROTOCOLS;
  }

  /**
   * Blocks until the body of an answer is there. Then the connection can take a further call, if
   * the answer allows it.
   *
   * @param most how many bytes are read at most
   * @return the body, or its first {@code most} bytes
   */
  public byte[] body(ClassicHttpRequest request, ClassicHttpResponse response, int most)
      throws IOException {
    byte[] body = read(response.getEntity(), most);
    isReusable =
        isSent
            && body.length < most
            && DefaultConnectionReuseStrategy.INSTANCE.keepAlive(
                request, response, HttpCoreContext.create());
    return body;
  }

  private static byte[] read(@Nullable HttpEntity body, int most) throws IOException {
    if (body == null) {
      return new byte[0];
    }
    long length = body.getContentLength();
    return body.getContent().readNBytes((int) (length < 0 ? most : Math.min(length, most)));
  }

  /** Whether the connection can take a call: its last answer is read to the end. */
  public boolean isReusable() {
    return isReusable;
  }

  /**
   * Whether the instance has neither closed the connection nor sent anything since the last answer
   * was read. What came with that answer is read with the next one, which then is for no call.
   */
  public boolean isQuiet() {
    SocketChannel channel = socket.getChannel();
    try {
      channel.configureBlocking(false);
      int read = channel.read(ByteBuffer.allocate(1));
      channel.configureBlocking(true);
      return read == 0;
    } catch (IOException broken) {
      return false;
    }
  }

  /** Closes the connection. A call that runs on it fails with an {@link IOException}. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed all the same.
    }
  }
}
