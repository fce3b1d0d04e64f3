package fob.deployer.marathon.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import okhttp3.OkHttpClient;

/** Provides the {@code Authorization} header of requests. Thread-safe. */
public interface Authorization {

  /**
   * The header's value; empty if requests need none. May block for a login.
   *
   * @throws IOException if the login failed; the message is for the user
   */
  Optional<String> header() throws IOException;

  /**
   * Marathon has answered 401 to this value.
   *
   * @return whether the request may be sent again
   */
  boolean refused(String header);

  static Authorization of(Credentials credentials, OkHttpClient http, InstantSource clock) {
    return switch (credentials) {
      case Credentials.None() -> constant(Optional.empty());
      case Credentials.Basic(String user, String password) ->
          constant(Optional.of(okhttp3.Credentials.basic(user, password, UTF_8)));
      case Credentials.Dcos(ServiceAccount account) -> new DcosLogin(account, http, clock);
    };
  }

  private static Authorization constant(Optional<String> header) {
    return new Authorization() {
      @Override
      public Optional<String> header() {
        return header;
      }

      @Override
      public boolean refused(String refused) {
        return false;
      }
    };
  }
}
