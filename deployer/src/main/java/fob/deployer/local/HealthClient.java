package fob.deployer.local;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import fob.service.UnixSocketFactory;
import java.io.IOException;
import java.net.Proxy;
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
  private static final Request REQUEST =
      new Request.Builder().url("http://127.0.0.1/health").header("Connection", "close").build();

  private static final Duration BEHIND_CALL = Duration.ofMillis(100);

  private final OkHttpClient base;

  /**
   * Creates a client.
   *
   * @param longest how long an answer may take
   */
  public HealthClient(Duration longest) {
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
  public JsonNode ask(Path socket) throws IOException {
    OkHttpClient http = base.newBuilder().socketFactory(new UnixSocketFactory(socket)).build();
    try (Response response = http.newCall(REQUEST).execute()) {
      JsonNode answer = Json.parse(response.body().byteStream().readNBytes(MOST_BYTES));
      if (!answer.path("state").isTextual()) {
        throw new IOException("its answer names no state");
      }
      return answer;
    } catch (IllegalArgumentException e) {
      throw new IOException("its answer is not JSON", e);
    }
  }
}
