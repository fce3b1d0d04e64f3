package fob.bench;

import fob.bench.counts.Serving;
import fob.bus.Bus;
import fob.bus.table.FunctionTable;
import fob.function.FunctionId;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.service.Threads;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/** A function that does nothing, so that measurements show the time that fob itself takes. */
final class NoOp {

  static final String WHOLE = "whole";
  static final String DRIVER = "driver";

  static final String RESULT = "{\"result\":1}";

  static final String CODE = "def callme():\n    return 1\n";
  private static final Duration READY = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(20);

  private NoOp() {}

  /**
   * Registers the function and returns its id.
   *
   * @param headers further headers, each with its line end
   */
  static String register(HttpConnection http, int concurrency, String headers) throws IOException {
    return Functions.register(http, "concurrency=" + concurrency, headers, CODE);
  }

  /** Registers the function, waits until it is ready, and returns its id. */
  static String ready(InetSocketAddress fob, int concurrency) throws IOException {
    try (HttpConnection http = new HttpConnection(fob)) {
      return register(http, concurrency, Functions.WAIT);
    }
  }

  static boolean isRight(HttpConnection.Response response) {
    return response.status() == 200 && response.body().strip().equals(RESULT);
  }

  /**
   * @throws IOException if the reply to a call is not the right one
   */
  static void requireRight(HttpConnection.Response response) throws IOException {
    if (!isRight(response)) {
      throw new IOException("a call failed: " + response);
    }
  }

  /** Returns synchronous calls of the function through the whole of fob. */
  static Target whole(InetSocketAddress fob, String id) {
    return HttpTarget.of(WHOLE, fob, call(id), NoOp::isRight);
  }

  /** Returns the same calls with a key. */
  static Target withKey(InetSocketAddress fob, String id, String key) {
    byte[] request = HttpConnection.request("GET", "/api/call/" + id, authorization(key), "");
    return HttpTarget.of("with a key", fob, request, NoOp::isRight);
  }

  /** Returns the header line with a key. */
  static String authorization(String key) {
    return "Authorization: Bearer " + key + "\r\n";
  }

  /** Returns asynchronous calls of the function. */
  static Target async(InetSocketAddress fob, String id) {
    byte[] request =
        HttpConnection.request("GET", "/api/call/" + id, "Prefer: respond-async\r\n", "");
    return HttpTarget.of("async", fob, request, response -> response.status() == 202);
  }

  static byte[] call(String id) {
    return Functions.call(id, Functions.NO_PARAMETERS);
  }

  /** Returns calls that go directly to the function's instance, as the invoker makes them. */
  static Target direct(Bus bus, String id) throws IOException, InterruptedException {
    return direct(bus, id, Functions.NO_PARAMETERS, NoOp::isRight);
  }

  /**
   * Returns calls of any function that go directly to its instance.
   *
   * @param value the parameters as JSON
   */
  static Target direct(Bus bus, String id, String value, Predicate<HttpConnection.Response> isRight)
      throws IOException, InterruptedException {
    String call = "{\"value\":" + value + ",\"request_id\":\"bench\",\"deadline\":4102444800000}";
    byte[] run = HttpConnection.request("POST", "/run", "Content-Type: application/json\r\n", call);
    return new HttpTarget(
        DRIVER,
        Serving.FUNCTION,
        instance(bus, FunctionId.parse(id).orElseThrow()),
        List.of(run),
        isRight);
  }

  private static SocketAddress instance(Bus bus, FunctionId id)
      throws IOException, InterruptedException {
    Instant deadline = Instant.now().plus(READY);
    try (FunctionTable functions = new FunctionTable(bus, (_, _) -> {})) {
      functions.start(deadline);
      while (Instant.now().isBefore(deadline)) {
        if (functions.get(id).map(FunctionState::status).orElse(null)
            instanceof FunctionStatus.Ready(var instances)) {
          return socket(instances.getFirst().address());
        }
        Threads.pause(PAUSE);
      }
    }
    throw new IOException("the function did not become ready");
  }

  private static SocketAddress socket(URI address) {
    return "unix".equals(address.getScheme())
        ? UnixDomainSocketAddress.of(Path.of(address.getPath()))
        : new InetSocketAddress(address.getHost(), address.getPort());
  }
}
