package fob.deployer.marathon.app;

import com.fasterxml.jackson.databind.JsonNode;
import fob.deployer.marathon.body.ReplyBody;
import fob.function.FunctionStatus.FailureReason;
import fob.function.Instance;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import okhttp3.Authenticator;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Asks the driver of an unhealthy instance for the cause. Marathon only knows that the health check
 * failed; the driver knows, for example, the line with the syntax error. Each request takes at most
 * 2 s. Thread-safe.
 */
public final class DriverProbe {

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final long LONGEST_ANSWER = 256 * 1024;
  private static final int MOST_LINES = 50;
  private static final int LONGEST_LINE = 500;
  private static final String NOT_FETCHED = "CodeNotAvailable";

  /** A separate client, so that Marathon's credentials are never sent to an instance. */
  private final OkHttpClient http =
      new OkHttpClient.Builder()
          .protocols(List.of(Protocol.HTTP_1_1))
          .authenticator(Authenticator.NONE)
          .followRedirects(false)
          .connectTimeout(PATIENCE)
          .callTimeout(PATIENCE)
          .build();

  /** Why the function's code did not load, if the driver says so. */
  public Optional<FailureReason> ask(Instance instance) {
    // The next instance may be able to fetch the code.
    return error(instance)
        .filter(error -> !NOT_FETCHED.equals(error.path("type").asText()))
        .map(DriverProbe::failure);
  }

  /** What the driver says of a load that failed, also if the next instance may do better. */
  public Optional<String> said(Instance instance) {
    return error(instance).map(error -> failure(error).message());
  }

  private Optional<JsonNode> error(Instance instance) {
    try (Response response = http.newCall(health(instance)).execute()) {
      response.body().source().request(LONGEST_ANSWER);
      JsonNode answer = ReplyBody.lenient(response.body().source().getBuffer().readByteArray());
      return "failed".equals(answer.path("state").asText())
          ? Optional.of(answer.path("error"))
          : Optional.empty();
    } catch (IOException notThere) {
      return Optional.empty();
    }
  }

  /** Why an instance does not answer that it is healthy, as seen from here; empty if it does. */
  public Optional<String> problem(Instance instance) {
    try (Response response = http.newCall(health(instance)).execute()) {
      return response.isSuccessful() ? Optional.empty() : Optional.of("status " + response.code());
    } catch (IOException notThere) {
      return Optional.of(String.valueOf(notThere.getMessage()));
    }
  }

  private static Request health(Instance instance) {
    return new Request.Builder().url(instance.address() + "/health").build();
  }

  /** Reads an error in the form of fob's drivers; texts that are too long are cut. */
  static FailureReason failure(JsonNode error) {
    String type = error.path("type").asText();
    return new FailureReason(
        ReplyBody.shortened(error.path("message").asText("the function did not load")),
        type.isBlank() ? null : type,
        error
            .path("stack")
            .valueStream()
            .limit(MOST_LINES)
            .map(line -> line.asText().stripTrailing())
            .map(line -> line.substring(0, Math.min(line.length(), LONGEST_LINE)))
            .toList());
  }

  public void close() {
    http.dispatcher().cancelAll();
    http.connectionPool().evictAll();
  }
}
