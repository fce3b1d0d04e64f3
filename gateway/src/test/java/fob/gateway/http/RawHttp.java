package fob.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Requests byte by byte, also those that a proper HTTP client refuses to send. */
public final class RawHttp {

  private static final int TIMEOUT_MILLIS = 20_000;

  private RawHttp() {}

  /** A response; its header lines as they are. */
  public record Reply(int status, List<String> head, byte[] body) {

    public Optional<String> header(String name) {
      String prefix = name.toLowerCase(Locale.ROOT) + ":";
      return head.stream()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
          .map(line -> line.substring(prefix.length()).strip())
          .findFirst();
    }

    public String text() {
      return new String(body, ISO_8859_1);
    }

    public JsonNode json() {
      return Json.parse(body);
    }

    public String reason() {
      return json().path("reason").asText();
    }

    public String detail() {
      return json().path("detail").asText();
    }
  }

  public static Socket connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    return socket;
  }

  /** Sends the bytes of the text, and reads one response. */
  public static Reply send(int port, String request) {
    try (Socket socket = connect(port)) {
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      Reply head = readHead(socket.getInputStream());
      return request.startsWith("HEAD ") ? head : readBody(head, socket.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a request with a host of the gateway's own, further header lines, and no body. */
  public static Reply send(int port, String method, String target, String... headers) {
    StringBuilder request =
        new StringBuilder("%s %s HTTP/1.1\r\nHost: localhost\r\n".formatted(method, target));
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    return send(port, request + "\r\n");
  }

  /**
   * Reads one response; its body is as long as {@code Content-Length} says, or goes on to the end.
   */
  public static Reply read(InputStream in) throws IOException {
    return readBody(readHead(in), in);
  }

  private static Reply readHead(InputStream in) throws IOException {
    List<String> head = new ArrayList<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      head.add(line);
    }
    if (head.isEmpty()) {
      throw new IOException("the connection ended without a response");
    }
    return new Reply(Integer.parseInt(head.getFirst().substring(9, 12)), head, new byte[0]);
  }

  private static Reply readBody(Reply reply, InputStream in) throws IOException {
    if (reply.status() == 204) {
      return reply;
    }
    Optional<Integer> length = reply.header("Content-Length").map(Integer::valueOf);
    byte[] body = length.isPresent() ? in.readNBytes(length.get()) : in.readAllBytes();
    return new Reply(reply.status(), reply.head(), body);
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n' && b >= 0; b = in.read()) {
      line.write(b);
    }
    return line.toString(ISO_8859_1).strip();
  }
}
