package fob.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.bus.Bus;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * What a measured call does.
 *
 * @param title its name for people, at most 10 characters
 * @param code the function, in Python
 * @param parameters the parameters of each call as JSON
 * @param result the whole body of the right reply
 */
record Workload(String title, String code, String parameters, String result) {

  private static final String ECHO = "def callme(text):\n    return text\n";

  /** A function that does nothing, so that the figures show what fob itself takes. */
  static Workload noOp() {
    return new Workload("no-op", NoOp.CODE, Functions.NO_PARAMETERS, NoOp.RESULT);
  }

  /** A function that returns its parameter, a text of so many bytes. */
  static Workload echo(int bytes) {
    String text = "\"" + "x".repeat(bytes) + "\"";
    return new Workload(bytes + " B", ECHO, "{\"text\":" + text + "}", "{\"result\":" + text + "}");
  }

  /** A function that waits for so many ms. */
  static Workload sleep(int millis) {
    return new Workload(
        millis + " ms", Sleeper.CODE, Sleeper.parameters(millis / 1_000.0), NoOp.RESULT);
  }

  /** Registers the function for so many concurrent calls, waits until it is ready. */
  String ready(InetSocketAddress fob, int concurrency) throws IOException {
    try (HttpConnection http = new HttpConnection(fob)) {
      return Functions.register(http, "concurrency=" + concurrency, Functions.WAIT, code);
    }
  }

  /** Returns calls through the whole of fob. */
  Target whole(InetSocketAddress fob, String id) {
    byte[] call = Functions.call(id, parameters);
    return HttpTarget.of(NoOp.WHOLE, fob, call, this::isRight);
  }

  /** Returns calls that go directly to the function's instance. */
  Target direct(Bus bus, String id) throws IOException, InterruptedException {
    return NoOp.direct(bus, id, parameters, this::isRight);
  }

  /** Returns what a request on the bus alone contains. */
  byte[] request() {
    return parameters.getBytes(UTF_8);
  }

  /** Returns what a reply on the bus alone contains. */
  byte[] reply() {
    return result.getBytes(UTF_8);
  }

  private boolean isRight(HttpConnection.Response response) {
    return response.status() == 200 && response.body().strip().equals(result);
  }
}
