package fob.deployer.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.function.Protocol;
import fob.service.Text;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * Speaks with an image that was started without code. A driver of fob answers {@code GET /health};
 * anything else is taken for a runtime of OpenWhisk. Each request has a connection of its own.
 * Waits for answers. Thread-safe.
 */
public final class ImageClient {

  /** The port at which every image listens. */
  public static final int PORT = 8080;

  private static final Duration LONGEST_HEALTH = Duration.ofSeconds(2);
  private static final Duration LONGEST_CONNECT = Duration.ofSeconds(2);
  private static final int MOST_BYTES = 256 * 1024;
  private static final int MOST_SHOWN = 200;
  private static final int LONGEST_MESSAGE = 8000;
  private static final MediaType JSON = MediaType.get("application/json");

  private final OkHttpClient health;
  private final OkHttpClient init;

  /**
   * @param longest how long {@code POST /init} may take
   */
  public ImageClient(Duration longest) {
    this.health =
        new OkHttpClient.Builder()
            .proxy(Proxy.NO_PROXY)
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .connectTimeout(LONGEST_CONNECT)
            .callTimeout(LONGEST_HEALTH)
            .build();
    this.init =
        health
            .newBuilder()
            .callTimeout(longest)
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            .build();
  }

  /**
   * Finds out how the image speaks.
   *
   * @throws IOException if nothing listens yet
   */
  public Protocol protocol(URI address) throws IOException {
    Request request = request(address, "/health").build();
    try (Response response = health.newCall(request).execute()) {
      JsonNode answer = Json.parse(response.body().byteStream().readNBytes(MOST_BYTES));
      return answer.path("state").isTextual() ? Protocol.FOB : Protocol.OPENWHISK;
    } catch (InterruptedIOException | ProtocolException | RuntimeException notADriver) {
      return Protocol.OPENWHISK;
    }
  }

  /**
   * Gives the image the code.
   *
   * @param body from {@link InitBody}
   * @return the error in the form of fob's drivers, if the image did not load the code
   * @throws IOException if it gave no answer; the message is for the user
   */
  public Optional<ObjectNode> init(URI address, byte[] body) throws IOException {
    Request request = request(address, "/init").post(RequestBody.create(body, JSON)).build();
    try (Response response = init.newCall(request).execute()) {
      return response.code() == 200
          ? Optional.empty()
          : Optional.of(
              error(response.code(), response.body().byteStream().readNBytes(MOST_BYTES)));
    } catch (ProtocolException | RuntimeException e) {
      return Optional.of(
          message(
              "its image's answer to POST /init is not HTTP: "
                  + Text.printable(String.valueOf(e.getMessage()), MOST_SHOWN)));
    } catch (IOException e) {
      throw new IOException("its image gave no answer to POST /init: " + e.getMessage(), e);
    }
  }

  private static Request.Builder request(URI address, String path) {
    return new Request.Builder().url(address + path).header("Connection", "close");
  }

  private static ObjectNode error(int status, byte[] body) {
    JsonNode error;
    try {
      error = Json.parse(body).path("error");
    } catch (IllegalArgumentException notJson) {
      error = JsonNodeFactory.instance.missingNode();
    }
    if (error.isObject() && error.path("message").isTextual()) {
      return ((ObjectNode) error).retain(List.of("message", "type", "stack"));
    }
    if (!error.isMissingNode()) {
      return message(Text.cut(error.isTextual() ? error.asText() : error + "", LONGEST_MESSAGE));
    }
    return message(
        "its image answered POST /init with status %d and %s; expected status 200, or a JSON object with the member 'error'"
            .formatted(
                status,
                body.length == 0
                    ? "no text"
                    : "'" + Text.printable(new String(body, UTF_8), MOST_SHOWN) + "'"));
  }

  /** Returns an error of fob's own. */
  public static ObjectNode message(String text) {
    return JsonNodeFactory.instance.objectNode().put("message", text);
  }
}
