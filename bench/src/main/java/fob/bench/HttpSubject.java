package fob.bench;

import java.io.IOException;
import java.net.SocketAddress;

/** The same request over and over, to whatever speaks HTTP at an address. */
record HttpSubject(String name, SocketAddress address, byte[] request, String expected)
    implements Subject {

  @Override
  public Client client() throws IOException {
    HttpConnection connection = new HttpConnection(address);
    return new Client() {
      @Override
      public void call() throws IOException {
        HttpConnection.Response response = connection.exchange(request);
        if (response.status() != 200 || !response.body().equals(expected)) {
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
