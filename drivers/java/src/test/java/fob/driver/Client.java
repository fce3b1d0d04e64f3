package fob.driver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** One keep-alive connection to a driver. Java's own client knows no Unix sockets. */
public final class Client implements AutoCloseable {

  private static final String JSON = "Content-Type: application/json; charset=utf-8\r\n";

  private final SocketChannel channel;
  private final InputStream in;

  Client(Path socket) throws IOException {
    channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    in = Channels.newInputStream(channel);
  }

  /** Calls the function; an apostrophe in the parameters stands for a quotation mark. */
  public Answer run(String parameters) throws IOException {
    return call("{\"value\":" + Json.quoted(parameters) + "}");
  }

  Answer run(String parameters, String requestId) throws IOException {
    return call(
        "{\"value\":%s,\"request_id\":\"%s\"}".formatted(Json.quoted(parameters), requestId));
  }

  Answer call(String body) throws IOException {
    return send("POST", "/run", JSON, body.getBytes(UTF_8));
  }

  Answer init(String body) throws IOException {
    return send("POST", "/init", JSON, body.getBytes(UTF_8));
  }

  Answer get(String path) throws IOException {
    return send("GET", path, "", new byte[0]);
  }

  Answer send(String method, String path, String headers, byte[] body) throws IOException {
    write(request(method, path, headers, body));
    return read();
  }

  static byte[] request(String method, String path, String headers, byte[] body) {
    byte[] head =
        "%s %s HTTP/1.1\r\nHost: driver\r\n%sContent-Length: %d\r\n\r\n"
            .formatted(method, path, headers, body.length)
            .getBytes(ISO_8859_1);
    return ByteBuffer.allocate(head.length + body.length).put(head).put(body).array();
  }

  void write(byte[] bytes) throws IOException {
    ByteBuffer out = ByteBuffer.wrap(bytes);
    while (out.hasRemaining()) {
      channel.write(out);
    }
  }

  void endOfRequests() throws IOException {
    channel.shutdownOutput();
  }

  Answer read() throws IOException {
    int status = Integer.parseInt(line().split(" ", 3)[1]);
    Map<String, String> headers = new HashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      String[] parts = line.split(": *", 2);
      headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1]);
    }
    byte[] body = in.readNBytes(Integer.parseInt(headers.get("content-length")));
    return new Answer(status, headers, Json.parse(new String(body, UTF_8)));
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the response has no end");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
