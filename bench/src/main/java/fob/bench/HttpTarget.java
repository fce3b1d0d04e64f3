package fob.bench;

import fob.bench.counts.Serving;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/**
 * Sends some requests in turns, again and again, to an HTTP server.
 *
 * @param serving who serves the requests
 * @param requests at least one; each client begins at another one
 */
record HttpTarget(
    String name,
    Serving serving,
    SocketAddress address,
    List<byte[]> requests,
    Predicate<HttpConnection.Response> isRight)
    implements Target {

  HttpTarget {
    requests = List.copyOf(requests);
  }

  /** Sends one request to fob again and again. */
  static HttpTarget of(
      String name,
      SocketAddress address,
      byte[] request,
      Predicate<HttpConnection.Response> isRight) {
    return new HttpTarget(name, Serving.FOB, address, List.of(request), isRight);
  }

  @Override
  public Client client() throws IOException {
    HttpConnection connection = new HttpConnection(address);
    int begin = ThreadLocalRandom.current().nextInt(requests.size());
    return new Client() {
      private int next = begin;

      @Override
      public void call() throws IOException {
        HttpConnection.Response response = connection.exchange(requests.get(next));
        next = (next + 1) % requests.size();
        if (!isRight.test(response)) {
          throw new IOException("wrong reply: " + response);
        }
      }

      @Override
      public void close() {
        connection.close();
      }
    };
  }
}
