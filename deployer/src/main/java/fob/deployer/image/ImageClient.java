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
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * Speaks with images that were started without code. A driver of fob answers {@code GET /health};
 * anything else is taken for a runtime of OpenWhisk. Each request has a connection of its own.
 * Waits for answers. One client serves all images. Thread-safe.
 */
public final class ImageClient implements AutoCloseable {

  /**
   * What an image says about itself.
   *
   * @param state of a driver of fob, such as {@code waiting}; empty for a runtime of OpenWhisk
   * @param error why a driver of fob is not ready; missing if it gives no reason
   */
  public record Health(Protocol protocol, String state, JsonNode error) {

    private static final Health OPENWHISK =
        new Health(Protocol.OPENWHISK, "", JsonNodeFactory.instance.missingNode());
  }

  /**
   * An image did not take the code.
   *
   * @param status of its answer; 0 if the answer is not HTTP
   * @param error in the form of fob's drivers
   */
  public record Refusal(int status, ObjectNode error) {}

  /** The port at which every image listens. */
  public static final int PORT = 8080;

  private static final Duration LONGEST_HEALTH = Duration.ofSeconds(2);
  private static final Duration LONGEST_CONNECT = Duration.ofSeconds(2);
  private static final int MOST_BYTES = 256 * 1024;
  private static final int MOST_SHOWN = 200;
  private static final int LONGEST_MESSAGE = 8000;
  private static final MediaType JSON = MediaType.get("application/json");

  /** The time limits are those of each call. */
  private final OkHttpClient http =
      new OkHttpClient.Builder()
          .proxy(Proxy.NO_PROXY)
          .retryOnConnectionFailure(false)
          .followRedirects(false)
          .connectTimeout(LONGEST_CONNECT)
          .readTimeout(Duration.ZERO)
          .writeTimeout(Duration.ZERO)
          .build();

  /**
   * Finds out how the image speaks, within 2 s.
   *
   * @throws IOException if nothing listens yet
   */
  public Health health(URI address) throws IOException {
    Request request = request(address, "/health").build();
    try (Response response = call(request, LONGEST_HEALTH).execute()) {
      JsonNode answer = Json.parse(response.body().byteStream().readNBytes(MOST_BYTES));
      JsonNode state = answer.path("state");
      return state.isTextual()
          ? new Health(Protocol.FOB, state.asText(), answer.path("error"))
          : Health.OPENWHISK;
    } catch (InterruptedIOException | ProtocolException | RuntimeException notADriver) {
      return Health.OPENWHISK;
    }
  }

  /**
   * Gives the image the code.
   *
   * @param body from {@link InitBody}
   * @param longest how long it may take
   * @return the refusal, if the image did not load the code
   * @throws IOException if it gave no answer; the message is for the user
   */
  public Optional<Refusal> init(URI address, byte[] body, Duration longest) throws IOException {
    Request request = request(address, "/init").post(RequestBody.create(body, JSON)).build();
    try (Response response = call(request, longest).execute()) {
      int status = response.code();
      return status == 200
          ? Optional.empty()
          : Optional.of(
              new Refusal(
                  status, error(status, response.body().byteStream().readNBytes(MOST_BYTES))));
    } catch (ProtocolException | RuntimeException e) {
      String what = Text.printable(String.valueOf(e.getMessage()), MOST_SHOWN);
      return Optional.of(
          new Refusal(0, message("its image's answer to POST /init is not HTTP: " + what)));
    } catch (IOException e) {
      throw new IOException("its image gave no answer to POST /init: " + e.getMessage(), e);
    }
  }

  private Call call(Request request, Duration longest) {
    Call call = http.newCall(request);
    call.timeout().timeout(Math.max(1, longest.toMillis()), TimeUnit.MILLISECONDS);
    return call;
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

  /** Ends the requests that run, with an {@link IOException}. */
  @Override
  public void close() {
    http.dispatcher().cancelAll();
  }
}
