package fob.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** Registers a function and follows it until it is ready. Used by one thread. */
final class Registration {

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  private final Gateway gateway;
  private final Output output;

  Registration(Gateway gateway, Output output) {
    this.gateway = gateway;
    this.output = output;
  }

  /**
   * Registers code.
   *
   * @return the function's id
   */
  String register(Upload upload, Settings settings, @Nullable String name) throws IOException {
    HttpUrl.Builder address = gateway.address("api", "gen");
    String given = name == null ? upload.name() : name;
    if (!given.isEmpty()) {
      address.addQueryParameter("name", given);
    }
    settings.addTo(address);
    if (!upload.leftOut().isEmpty()) {
      output.say("fob: not sent: " + String.join(", ", upload.leftOut()));
    }
    Request request = gateway.request(address).post(upload.body()).build();
    return gateway.accepted(request).json().path("id").asText();
  }

  /**
   * Waits until a function is ready, and shows its progress.
   *
   * @return what the gateway knows of the function
   * @throws CommandFailure if it has failed, or is not ready in time
   */
  JsonNode await(String id, Duration patience) throws IOException, InterruptedException {
    long start = System.nanoTime();
    String shown = "";
    try {
      while (true) {
        JsonNode function = gateway.get("api", "meta", id);
        switch (function.path("status").asText()) {
          case "ready", "idle" -> {
            return function;
          }
          case "failed" -> throw new CommandFailure(ExitCodes.FAILED, reason(function));
          default -> {}
        }
        String note = function.path("note").asText(function.path("reason").asText("deploying"));
        double seconds = (System.nanoTime() - start) / 1e9;
        if (output.terminal() || !note.equals(shown)) {
          output.progress(String.format(Locale.ROOT, "fob: %4.1f s: %s", seconds, note));
          shown = note;
        }
        if (seconds * 1e9 > patience.toNanos()) {
          throw new CommandFailure(
              ExitCodes.TIMED_OUT,
              "the function %s is not ready after %d s: %s; fob show %s tells more"
                  .formatted(id, patience.toSeconds(), note, id));
        }
        Thread.sleep(BETWEEN_LOOKS);
      }
    } finally {
      output.endProgress();
    }
  }

  private static String reason(JsonNode function) {
    StringBuilder message = new StringBuilder();
    if (function.path("type").isTextual()) {
      message.append(function.path("type").asText()).append(": ");
    }
    message.append(function.path("reason").asText());
    Refusals.lines(message, function.path("stack"));
    return message.toString();
  }
}
