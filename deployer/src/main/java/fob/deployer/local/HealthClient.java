package fob.deployer.local;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import fob.service.UnixSocketFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Asks drivers for their state over their sockets. Each question has a connection of its own: an
 * old connection would not show that the driver accepts no new ones. Waits for answers.
 * Thread-safe.
 */
public final class HealthClient {

  private static final int MOST_BYTES = SandboxOutput.LONGEST_EVENT;
  private static final Duration BEHIND_CALL = Duration.ofMillis(100);

  private final Duration longest;
  private final OkHttpClient base;

  /**
   * Creates a client.
   *
   * @param longest how long an answer may take
   */
  public HealthClient(Duration longest) {
    this.longest = longest;
    this.base =
        new OkHttpClient.Builder()
            .proxy(Proxy.NO_PROXY)
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .callTimeout(longest)
            // The call's timeout does not end a read of a Unix socket. This one does, a little
            // later,
            // so that the reason is always the call's.
            .readTimeout(longest.plus(BEHIND_CALL))
            .build();
  }

  /**
   * Returns the driver's answer, whatever state it names.
   *
   * @throws IOException if no answer comes in time, or it is not the answer of a driver
   */
  public JsonNode ask(URI address) throws IOException {
    boolean unix = "unix".equals(address.getScheme());
    OkHttpClient http =
        unix
            ? base.newBuilder()
                .socketFactory(new UnixSocketFactory(Path.of(address.getPath())))
                .build()
            : base;
    String url = (unix ? "http://127.0.0.1" : address) + "/health";
    Request request = new Request.Builder().url(url).header("Connection", "close").build();
    try (Response response = http.newCall(request).execute()) {
      JsonNode answer = Json.parse(response.body().byteStream().readNBytes(MOST_BYTES));
      if (!answer.path("state").isTextual()) {
        throw new IOException("its answer names no state");
      }
      return answer;
    } catch (IllegalArgumentException e) {
      throw new IOException("its answer is not JSON", e);
    }
  }

  /**
   * Connects to an instance that cannot be asked.
   *
   * @throws IOException if nothing listens, or no connection comes about in time
   */
  public void connect(URI address) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(address.getHost(), address.getPort()), (int) longest.toMillis());
    }
  }
}
