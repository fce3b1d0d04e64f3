package fob.bench;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.function.Predicate;

/** Sends the same request again and again to an HTTP server. */
record HttpTarget(
    String name, SocketAddress address, byte[] request, Predicate<HttpConnection.Response> isRight)
    implements Target {

  @Override
  public Client client() throws IOException {
    HttpConnection connection = new HttpConnection(address);
    return new Client() {
      @Override
      public void call() throws IOException {
        HttpConnection.Response response = connection.exchange(request);
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
