package fob.driver;

import fob.driver.json.JsonException;
import fob.driver.json.JsonReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Executors;

/**
 * Loads and calls examples like a driver, and ends. The JVM records which classes that takes, for
 * the AOT cache that {@code prepare} makes.
 */
final class Training {

  private static final String CODE =
      """
      import java.util.*;
      import java.util.stream.*;
      public class Example {
        record Point(int x, Optional<String> name) {}
        enum Kind { SMALL, LARGE }
        public static Object callme(int a, List<String> texts, Map<String, Object> more, Point point, Kind kind) {
          System.out.println("called with " + a + " " + texts);
          if (a < 0) {
            throw new IllegalArgumentException("a must not be negative");
          }
          return Map.of("sum", a + 0.5, "texts", texts.stream().map(String::strip).collect(Collectors.toList()), "point", point);
        }
      }
      """;
  private static final String COMPACT =
      "int callme(int a, int b) {\n  IO.println(\"x\");\n  return a + b;\n}\n";
  private static final String WRONG = "int callme(int a) { return b; }";
  private static final String GOOD =
      "{\"value\":{\"a\":1,\"texts\":[\"é\"],\"more\":{\"x\":1.5e3},\"point\":{\"x\":1},\"kind\":\"SMALL\"},\"request_id\":\"r\",\"log_bytes\":10}";
  private static final String FAILS =
      "{\"value\":{\"a\":-1,\"texts\":[],\"more\":{},\"point\":{\"x\":1},\"kind\":\"LARGE\"}}";
  private static final int CALLS = 2000;

  private Training() {}

  static void run() throws IOException {
    Log log = new Log();
    log.install();
    for (int i = 0; i < 5; i++) {
      for (String code : new String[] {CODE, COMPACT, WRONG}) {
        serve(code, log);
      }
    }
  }

  private static void serve(String code, Log log) throws IOException {
    Path directory = Files.createTempDirectory("fob-train");
    Path file = directory.resolve("function");
    Files.writeString(file, code);
    Path socket = directory.resolve("s");
    try {
      Settings settings =
          Settings.from(
              Map.of(
                  "FOB_LISTEN",
                  "unix:" + socket,
                  "FOB_CODE_URL",
                  "file://" + file,
                  "FOB_CODE_SHA256",
                  Fetch.sha256(code.getBytes(StandardCharsets.UTF_8))));
      ServerSocketChannel listener = Listener.listen(settings.listen());
      Calls calls = new Calls(1, 30_000);
      Service service =
          new Service(
              new Service.Parts(
                  calls,
                  log,
                  new Events(),
                  Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory()),
                  new Loading(settings)));
      Server server = new Server(listener, service, log::report);
      Thread.ofPlatform().daemon().start(server);
      Listener.publish(settings.listen());
      service.load(null);
      call(socket);
    } catch (Settings.BadSettings | JsonException e) {
      throw new IllegalStateException(e);
    } finally {
      Files.deleteIfExists(socket);
      Files.deleteIfExists(file);
      Files.deleteIfExists(directory);
    }
  }

  private static void call(Path socket) throws IOException, JsonException {
    try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      client.connect(UnixDomainSocketAddress.of(socket));
      exchange(client, "GET /health HTTP/1.1\r\nHost: fob\r\n\r\n");
      for (int i = 0; i < CALLS; i++) {
        String body = i % 50 == 1 ? FAILS : i % 50 == 2 ? "{\"value\":{\"a\":1}}" : GOOD;
        exchange(
            client,
            "POST /run HTTP/1.1\r\nHost: fob\r\nContent-Type: application/json; charset=utf-8\r\nFob-Request-Id: r\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length
                + "\r\n\r\n"
                + body);
      }
    }
  }

  private static void exchange(SocketChannel client, String request)
      throws IOException, JsonException {
    client.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
    ByteBuffer answer = ByteBuffer.allocate(1 << 16);
    client.read(answer);
    String text = new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
    JsonReader.read(text.substring(text.indexOf("\r\n\r\n") + 4));
  }
}
