package fob.bench;

import fob.bench.counts.Serving;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/** A function that waits for as many seconds as its parameter says. */
final class Sleeper {

  static final String CODE =
      """
      import time

      def callme(seconds=0):
          if seconds:
              time.sleep(seconds)
          return 1
      """;

  private Sleeper() {}

  /**
   * Registers the function, waits until it is ready, and returns its id.
   *
   * @param settings as in a query string
   */
  static String ready(InetSocketAddress fob, String settings) throws IOException {
    try (HttpConnection http = new HttpConnection(fob)) {
      return register(http, settings, Functions.WAIT);
    }
  }

  /** See {@link Functions#register}. */
  static String register(HttpConnection http, String settings, String headers) throws IOException {
    return Functions.register(http, settings, headers, CODE);
  }

  static byte[] call(String id, double seconds) {
    return Functions.call(id, parameters(seconds));
  }

  /** Returns the parameters of a call as JSON. */
  static String parameters(double seconds) {
    return "{\"seconds\":" + seconds + "}";
  }

  /** Returns calls of some such functions in turns, each of which waits for {@code seconds}. */
  static Target whole(String name, InetSocketAddress fob, List<String> ids, double seconds) {
    return new HttpTarget(
        name, Serving.FOB, fob, ids.stream().map(id -> call(id, seconds)).toList(), NoOp::isRight);
  }
}
