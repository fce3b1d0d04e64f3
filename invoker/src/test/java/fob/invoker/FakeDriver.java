package fob.invoker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import fob.function.Instance;
import fob.service.Threads;
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
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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

  /** How an answer is sent. */
  private enum Manner {
    AT_ONCE,
    /** At once; then the connection is closed. */
    THEN_CLOSE,
    /** One byte every 5 ms. */
    SLOWLY
  }

  /** What the driver does with a request. */
  private record Answer(Function<Asked, byte[]> bytes, Manner manner) {}

  private final ServerSocketChannel server;
  private final Instance instance;
  private final LinkedBlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final List<SocketChannel> connections = new CopyOnWriteArrayList<>();
  private final List<Thread> serving = new CopyOnWriteArrayList<>();
  private volatile @Nullable String refusal;

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
    answers.add(new Answer(asked -> response(status, asked.requestId(), body), Manner.AT_ONCE));
  }

  /** Answers the next request with the id of another call. */
  void answerFor(String requestId, int status, String body) {
    answers.add(new Answer(_ -> response(status, requestId, body), Manner.AT_ONCE));
  }

  /** Answers with this text, in which {@code <id>} becomes the id of the call. */
  void answerRaw(String text) {
    answer(text, Manner.AT_ONCE);
  }

  /** Answers like {@link #answerRaw}, and closes the connection. */
  void answerRawAndHangUp(String text) {
    answer(text, Manner.THEN_CLOSE);
  }

  /** Answers like {@link #answerRaw}, but slowly. */
  void drip(String text) {
    answer(text, Manner.SLOWLY);
  }

  private void answer(String text, Manner manner) {
    answers.add(
        new Answer(asked -> text.replace("<id>", asked.requestId()).getBytes(ISO_8859_1), manner));
  }

  /** Answers on all further connections before it reads the request, and closes them. */
  void refuseConnections(String answer) {
    refusal = answer;
  }

  /** Closes all connections, as a driver does that ends. The clients can see it afterwards. */
  void closeConnections() throws IOException {
    for (SocketChannel connection : connections) {
      connection.close();
    }
    // A connection that is being read is not closed before the read has ended.
    for (Thread thread : serving) {
      thread.interrupt();
      Threads.join(thread, Duration.ofSeconds(5));
    }
  }

  /** Reads the next request and closes the connection without an answer. */
  void hangUp() {
    answers.add(new Answer(_ -> new byte[0], Manner.THEN_CLOSE));
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
        String refused = refusal;
        if (refused == null) {
          serving.add(Thread.ofVirtual().start(() -> serve(connection)));
        } else {
          write(connection, refused.getBytes(ISO_8859_1));
          connection.close();
        }
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
        byte[] bytes = answer.bytes().apply(asked.getLast());
        switch (answer.manner) {
          case AT_ONCE -> write(connection, bytes);
          case SLOWLY -> drip(connection, bytes);
          case THEN_CLOSE -> {
            write(connection, bytes);
            return;
          }
        }
      }
    } catch (IOException gone) {
      // The client closed the connection.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void write(SocketChannel connection, byte[] text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text);
    while (bytes.hasRemaining()) {
      connection.write(bytes);
    }
  }

  private static void drip(SocketChannel connection, byte[] text)
      throws IOException, InterruptedException {
    for (byte each : text) {
      write(connection, new byte[] {each});
      Thread.sleep(5);
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
    closeConnections();
    if (instance.address().getScheme().equals("unix")) {
      Files.deleteIfExists(Path.of(instance.address().getPath()));
    }
  }
}
