package fob.invoker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import fob.function.Instance;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A fake driver over TCP or a Unix socket; MockWebServer has no Unix sockets. Answers each request
 * with the next scripted answer. Thread-safe.
 */
final class FakeDriver implements AutoCloseable {

  private static final Pattern LENGTH = Pattern.compile("content-length: (\\d+)");
  private static final Pattern ID =
      Pattern.compile("(?:Fob-Request-Id: |\"request_id\":\")([!-~&&[^\"]]+)");
  private static final String END_OF_HEAD = "\r\n\r\n";

  /** A request that the driver has received. */
  record Asked(String head, String body) {
    /** Returns the id of the call, from the header or the body. */
    String requestId() {
      Matcher matcher = ID.matcher(head + body);
      return matcher.find() ? matcher.group(1) : "(none)";
    }
  }

  /** What the driver does with a request. */
  private record Answer(Function<Asked, byte[]> bytes, boolean thenClose) {}

  private final ServerSocketChannel server;
  private final Instance instance;
  private final LinkedBlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final List<SocketChannel> connections = new CopyOnWriteArrayList<>();

  private FakeDriver(ServerSocketChannel server, Instance instance) {
    this.server = server;
    this.instance = instance;
    var _ = Thread.ofVirtual().start(this::accept);
  }

  static FakeDriver overTcp() throws IOException {
    ServerSocketChannel server =
        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
    return new FakeDriver(server, new Instance("tcp", URI.create("http://127.0.0.1:" + port)));
  }

  static FakeDriver overUnixSocket(Path socket) throws IOException {
    SocketAddress address = UnixDomainSocketAddress.of(socket);
    ServerSocketChannel server =
        ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
    return new FakeDriver(server, new Instance("unix", URI.create("unix:" + socket)));
  }

  Instance instance() {
    return instance;
  }

  void answer(int status, String body) {
    answers.add(new Answer(asked -> response(status, asked.requestId(), body), false));
  }

  /** Answers the next request with the id of another call. */
  void answerFor(String requestId, int status, String body) {
    answers.add(new Answer(_ -> response(status, requestId, body), false));
  }

  /** Answers with this text, in which {@code <id>} becomes the id of the call. */
  void answerRaw(String text) {
    answers.add(
        new Answer(asked -> text.replace("<id>", asked.requestId()).getBytes(ISO_8859_1), false));
  }

  /** Reads the next request and closes the connection without an answer. */
  void hangUp() {
    answers.add(new Answer(_ -> new byte[0], true));
  }

  private static byte[] response(int status, String requestId, String body) {
    byte[] bytes = body.getBytes(UTF_8);
    String head =
        "HTTP/1.1 %d X\r\nFob-Request-Id: %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(status, requestId, bytes.length);
    return (head + body).getBytes(UTF_8);
  }

  List<Asked> asked() {
    return asked;
  }

  int accepted() {
    return connections.size();
  }

  long openConnections() {
    return connections.stream().filter(SocketChannel::isOpen).count();
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel connection = server.accept();
        connections.add(connection);
        var _ = Thread.ofVirtual().start(() -> serve(connection));
      }
    } catch (IOException closed) {
      // close() was called.
    }
  }

  private void serve(SocketChannel connection) {
    try (connection) {
      StringBuilder unread = new StringBuilder();
      while (readRequest(connection, unread)) {
        Answer answer = answers.take();
        ByteBuffer bytes = ByteBuffer.wrap(answer.bytes().apply(asked.getLast()));
        while (bytes.hasRemaining()) {
          connection.write(bytes);
        }
        if (answer.thenClose()) {
          return;
        }
      }
    } catch (IOException gone) {
      // The client closed the connection.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean readRequest(SocketChannel connection, StringBuilder unread) throws IOException {
    while (true) {
      int headEnd = unread.indexOf(END_OF_HEAD);
      if (headEnd >= 0) {
        String head = unread.substring(0, headEnd);
        int bodyStart = headEnd + END_OF_HEAD.length();
        int bodyEnd = bodyStart + contentLength(head);
        if (unread.length() >= bodyEnd) {
          byte[] body = unread.substring(bodyStart, bodyEnd).getBytes(ISO_8859_1);
          asked.add(new Asked(head, new String(body, UTF_8)));
          unread.delete(0, bodyEnd);
          return true;
        }
      }
      ByteBuffer buffer = ByteBuffer.allocate(65_536);
      if (connection.read(buffer) < 0) {
        return false;
      }
      unread.append(ISO_8859_1.decode(buffer.flip()));
    }
  }

  private static int contentLength(String head) {
    Matcher matcher = LENGTH.matcher(head.toLowerCase(Locale.ROOT));
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (SocketChannel connection : connections) {
      connection.close();
    }
    if (instance.address().getScheme().equals("unix")) {
      Files.deleteIfExists(Path.of(instance.address().getPath()));
    }
  }
}
