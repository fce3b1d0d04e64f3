package fob.bench;

import fob.bus.Bus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A function of a language that adds two numbers, such as {@code
 * drivers/<language>/conformance/add.*}.
 *
 * @param code its source
 */
record Adder(String language, String code) {

  private static final String PARAMETERS = "{\"a\":1,\"b\":2}";
  private static final String RESULT = "{\"result\":3}";

  /**
   * Reads the function of a language.
   *
   * @throws IOException if there is none; the message is for the user
   */
  static Adder in(String language) throws IOException {
    return in(folder(language, "conformance"), language);
  }

  /** Returns a folder of a language's driver, which need not exist. */
  static Path folder(String language, String name) {
    return Path.of(System.getProperty("fob.home"), "drivers", language, name);
  }

  /** Reads the function from the file {@code add.*} of a folder. */
  static Adder in(Path folder, String language) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      Path file =
          files
              .filter(each -> each.getFileName().toString().startsWith("add."))
              .findFirst()
              .orElseThrow(() -> new NoSuchFileException(folder + "/add.*"));
      return new Adder(language, Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new IOException(
          "there is no function to measure for the language %s: expected %s/add.*"
              .formatted(language, folder),
          e);
    }
  }

  String register(HttpConnection http, String headers, String... settings) throws IOException {
    String all = "concurrency=16&memory=256&lang=" + language;
    String more = String.join("&", settings);
    return Functions.register(http, more.isEmpty() ? all : all + "&" + more, headers, code);
  }

  void call(HttpConnection http, String id) throws IOException {
    HttpConnection.Response called = http.exchange(call(id));
    if (!isRight(called)) {
      throw new IOException("a call failed: " + called);
    }
  }

  private static byte[] call(String id) {
    return Functions.call(id, PARAMETERS);
  }

  private static boolean isRight(HttpConnection.Response response) {
    return response.status() == 200 && response.body().strip().equals(RESULT);
  }

  /** Returns calls through the whole of fob. */
  Target whole(InetSocketAddress fob, String id) {
    return HttpTarget.of(NoOp.WHOLE, fob, call(id), Adder::isRight);
  }

  /** Returns calls that go directly to the instance. */
  Target direct(Bus bus, String id) throws IOException, InterruptedException {
    return NoOp.direct(bus, id, PARAMETERS, Adder::isRight);
  }
}
