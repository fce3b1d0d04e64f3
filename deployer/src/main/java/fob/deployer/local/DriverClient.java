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
import java.util.function.UnaryOperator;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * Speaks with drivers over their sockets. Each request has a connection of its own: an old
 * connection would not show that the driver accepts no new ones. Waits for answers. Thread-safe.
 */
public final class DriverClient {

  private static final MediaType JSON = MediaType.get("application/json");
  private static final int MOST_BYTES = SandboxOutput.LONGEST_EVENT;
  private static final Duration BEHIND_CALL = Duration.ofMillis(100);

  private final Duration longest;
  private final OkHttpClient base;

  /**
   * Creates a client.
   *
   * @param longest how long an answer about the state may take
   */
  public DriverClient(Duration longest) {
    this.longest = longest;
    this.base =
        new OkHttpClient.Builder()
            .proxy(Proxy.NO_PROXY)
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .build();
  }

  /**
   * Returns the driver's answer, whatever state it names.
   *
   * @throws IOException if no answer comes in time, or it is not the answer of a driver
   */
  public JsonNode ask(URI address) throws IOException {
    try (Response response = call(address, "/health", longest, builder -> builder).execute()) {
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
   * Gives code to a driver that waits for it. Waits until the code is loaded, or cannot be.
   *
   * @param body of {@code POST /init}
   * @param atMost how long the answer may take
   * @return the status of the answer, as the contract of drivers has it
   * @throws IOException if no answer comes in time
   */
  public int init(URI address, byte[] body, Duration atMost) throws IOException {
    RequestBody code = RequestBody.create(body, JSON);
    try (Response response = call(address, "/init", atMost, to -> to.post(code)).execute()) {
      return response.code();
    }
  }

  private Call call(
      URI address, String path, Duration atMost, UnaryOperator<Request.Builder> method) {
    boolean unix = "unix".equals(address.getScheme());
    OkHttpClient.Builder http =
        // The call's timeout does not end a read of a Unix socket. That of reads does, a little
        // later, so that the reason is always the call's.
        base.newBuilder().callTimeout(atMost).readTimeout(atMost.plus(BEHIND_CALL));
    if (unix) {
      http.socketFactory(new UnixSocketFactory(Path.of(address.getPath())));
    }
    String url = (unix ? "http://127.0.0.1" : address) + path;
    Request.Builder request = new Request.Builder().url(url).header("Connection", "close");
    return http.build().newCall(method.apply(request).build());
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
