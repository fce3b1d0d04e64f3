package fob.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One keep-alive HTTP/1.1 connection over TCP or a Unix domain socket. It implements only the parts
 * of HTTP that fob and its drivers use, because the load generator shares the processors with fob
 * and should use little of them. Used by one thread at a time.
 */
final class HttpConnection implements AutoCloseable {

  private static final int FIRST_SIZE = 16 * 1024;
  private static final int MAX_RESPONSE = 4 * 1024 * 1024;
  private static final int STATUS_AT = "HTTP/1.1 ".length();
  private static final Pattern LENGTH = Pattern.compile("\r\ncontent-length: *([0-9]{1,9})\r\n");

  private final SocketChannel channel;
  private ByteBuffer in = ByteBuffer.allocateDirect(FIRST_SIZE);
  private byte[] bytes = new byte[FIRST_SIZE];

  /** A status and a body. */
  record Response(int status, String body) {}

  HttpConnection(SocketAddress address) throws IOException {
    channel = SocketChannel.open(address);
    if (channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }
  }

  /** Returns the bytes of a request. */
  static byte[] request(String method, String target, String headers, String body) {
    byte[] payload = body.getBytes(UTF_8);
    String head = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers;
    String length = payload.length == 0 ? "" : "Content-Length: " + payload.length + "\r\n";
    return (head + length + "\r\n" + body).getBytes(UTF_8);
  }

  /** Sends a request and waits for the whole response. */
  Response exchange(byte[] request) throws IOException {
    ByteBuffer out = ByteBuffer.wrap(request);
    while (out.hasRemaining()) {
      channel.write(out);
    }
    in.clear();
    int head = 0;
    while (head == 0) {
      read();
      head = endOfHead();
    }
    String header = new String(bytes, 0, head, ISO_8859_1);
    int end = head + contentLength(header);
    while (in.position() < end) {
      read();
    }
    int status = Integer.parseInt(header.substring(STATUS_AT, STATUS_AT + 3));
    return new Response(status, new String(bytes, head, end - head, UTF_8));
  }

  private void read() throws IOException {
    int from = in.position();
    if (!in.hasRemaining()) {
      grow();
    }
    if (channel.read(in) <= 0) {
      throw new EOFException("the response broke off after " + from + " bytes");
    }
    in.get(from, bytes, from, in.position() - from);
  }

  private void grow() throws IOException {
    if (bytes.length >= MAX_RESPONSE) {
      throw new IOException("the response is longer than %d bytes".formatted(MAX_RESPONSE));
    }
    bytes = Arrays.copyOf(bytes, 2 * bytes.length);
    ByteBuffer larger = ByteBuffer.allocateDirect(bytes.length);
    in = larger.put(in.flip());
  }

  private int endOfHead() {
    for (int i = 3; i < in.position(); i++) {
      if (bytes[i] == '\n' && bytes[i - 2] == '\n') {
        return i + 1;
      }
    }
    return 0;
  }

  private static int contentLength(String header) throws IOException {
    Matcher length = LENGTH.matcher(header.toLowerCase(Locale.ROOT));
    if (!length.find()) {
      if (header.startsWith(" 204", STATUS_AT - 1)) {
        return 0;
      }
      throw new IOException("no Content-Length in: " + header);
    }
    return Integer.parseInt(length.group(1));
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException closedAnyway) {
      // no response is expected any more
    }
  }

  /** Returns whether a gateway at this address is there and ready. */
  static boolean isReady(InetSocketAddress gateway) {
    try (HttpConnection connection = new HttpConnection(gateway)) {
      return connection.exchange(request("GET", "/readyz", "", "")).status() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }
}
