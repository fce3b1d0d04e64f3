package fob.deployer.marathon.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.deployer.marathon.body.ReplyBody;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Logs a DC/OS service account in, and again 60 s before its token expires (half its life for short
 * tokens) or after Marathon refused it. One login runs at a time; other callers wait. Thread-safe.
 */
public final class DcosLogin implements Authorization {

  /** The login was refused; a repetition would not help. */
  public static final class LoginRefused extends IOException {
    LoginRefused(String message) {
      super(message);
    }
  }

  private static final MediaType JSON = MediaType.get("application/json");
  private static final Duration EARLY = Duration.ofSeconds(60);
  private static final long LONGEST_ANSWER = 64 * 1024;

  private final ServiceAccount account;
  private final OkHttpClient http;
  private final InstantSource clock;
  private @Nullable String header; // guarded by this
  private Instant renewAt = Instant.MAX; // guarded by this

  DcosLogin(ServiceAccount account, OkHttpClient http, InstantSource clock) {
    this.account = account;
    this.http = http;
    this.clock = clock;
  }

  @Override
  public synchronized Optional<String> header() throws IOException {
    String current = header;
    if (current == null || !clock.instant().isBefore(renewAt)) {
      String token = login();
      current = "token=" + token;
      header = current;
      renewAt = renewal(token);
    }
    return Optional.of(current);
  }

  @Override
  public synchronized boolean refused(String refused) {
    if (refused.equals(header)) {
      header = null;
    }
    return true;
  }

  private String login() throws IOException {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("uid", account.uid());
    body.put("token", account.token(clock.instant()));
    Request request =
        new Request.Builder()
            .url(account.login().toString())
            .post(RequestBody.create(Json.bytes(body), JSON))
            .build();
    try (Response response = http.newCall(request).execute()) {
      response.body().source().request(LONGEST_ANSWER);
      JsonNode answer = ReplyBody.lenient(response.body().source().getBuffer().readByteArray());
      if (response.code() != 200 || !answer.path("token").isTextual()) {
        String message =
            "the login of the service account '%s' at %s was answered %d%s; FOB_DCOS_SERVICE_ACCOUNT must hold an account that exists, with its own key"
                .formatted(account.uid(), account.login(), response.code(), ReplyBody.said(answer));
        throw response.code() >= 400 && response.code() < 500
            ? new LoginRefused(message)
            : new IOException(message);
      }
      return answer.path("token").asText();
    }
  }

  /** When to renew the token; never if its end cannot be read. */
  private Instant renewal(String token) {
    String[] parts = token.split("\\.", -1);
    try {
      byte[] claims =
          parts.length == 3 ? Base64.getUrlDecoder().decode(parts[1]) : "{}".getBytes(UTF_8);
      JsonNode exp = ReplyBody.lenient(claims).path("exp");
      if (!exp.isNumber()) {
        return Instant.MAX;
      }
      Instant now = clock.instant();
      Duration life = Duration.between(now, Instant.ofEpochSecond(exp.asLong()));
      Duration half = life.dividedBy(2);
      return now.plus(half.compareTo(EARLY) > 0 ? life.minus(EARLY) : half);
    } catch (IllegalArgumentException notBase64) {
      return Instant.MAX;
    }
  }
}
