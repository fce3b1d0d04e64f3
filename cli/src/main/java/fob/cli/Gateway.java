package fob.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;

/** Sends requests to a gateway. Thread-safe. */
final class Gateway {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** How long a reply may take that waits for nothing but the gateway. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Target target;
  private final OkHttpClient http;

  /**
   * @throws CommandFailure if the certificates of the target cannot be read
   */
  Gateway(Target target) throws IOException {
    this.target = target;
    OkHttpClient.Builder client =
        new OkHttpClient.Builder().connectTimeout(CONNECT_TIMEOUT).readTimeout(PATIENCE);
    if (target.ca() != null) {
      Tls.trustOnly(target.ca(), client);
    }
    this.http = client.build();
  }

  Target target() {
    return target;
  }

  /** Begins the address of a request with a path of segments, which are encoded. */
  HttpUrl.Builder address(String... segments) {
    HttpUrl base = HttpUrl.get(target.url());
    if (base == null) {
      throw new IllegalStateException("Target has checked " + target.url());
    }
    HttpUrl.Builder address = base.newBuilder();
    for (String segment : segments) {
      address.addPathSegment(segment);
    }
    return address;
  }

  /** Adds a parameter to the query, if it has a value. */
  static void add(HttpUrl.Builder address, String name, @Nullable String value) {
    if (value != null) {
      address.addQueryParameter(name, value);
    }
  }

  /** Begins a request. */
  Request.Builder request(HttpUrl.Builder address) {
    Request.Builder request = new Request.Builder().url(address.build());
    if (target.token() != null) {
      request.header("Authorization", "Bearer " + target.token());
    }
    return request;
  }

  /** Gets a path. */
  JsonNode get(String... segments) throws IOException {
    return accepted(request(address(segments)).build()).json();
  }

  /**
   * Sends a request that must succeed.
   *
   * @throws CommandFailure if the gateway refuses it or cannot be reached
   */
  Reply accepted(Request request) throws IOException {
    Reply reply = send(request, PATIENCE);
    if (!reply.succeeded()) {
      throw Refusals.of(reply);
    }
    if (reply.isWebPage()) {
      throw Refusals.noGateway(target);
    }
    return reply;
  }

  /**
   * Sends a request.
   *
   * @param patience how long the reply may take
   * @throws CommandFailure if the gateway cannot be reached
   */
  Reply send(Request request, Duration patience) throws IOException {
    Call call = client(patience).newCall(request);
    try (Response response = call.execute();
        ResponseBody body = response.body()) {
      return new Reply(response.code(), response.headers(), body.bytes());
    } catch (IOException e) {
      throw unreachable(e, patience);
    }
  }

  /** Returns a client whose replies may take that long. */
  OkHttpClient client(Duration patience) {
    UnaryOperator<OkHttpClient.Builder> limits = builder -> builder.readTimeout(patience);
    return patience.equals(PATIENCE) ? http : limits.apply(http.newBuilder()).build();
  }

  CommandFailure unreachable(IOException e, Duration patience) {
    String why =
        switch (e) {
          case UnknownHostException _ -> "its host is not known";
          case ConnectException _ -> "nothing listens there";
          case InterruptedIOException _ ->
              "it gave no answer within " + patience.toSeconds() + " s";
          case SSLException tls -> Tls.why(tls);
          default -> Messages.of(e);
        };
    return new CommandFailure(
        ExitCodes.UNAVAILABLE,
        ("the gateway %s cannot be used: %s; start it (fob up), or name another with --url, FOB_URL"
                + " or fob use")
            .formatted(target.url(), why));
  }
}
