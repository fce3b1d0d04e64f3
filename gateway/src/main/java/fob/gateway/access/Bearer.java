package fob.gateway.access;

import io.javalin.http.Context;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the header {@code Authorization}. */
public final class Bearer {

  private static final String SCHEME = "Bearer ";

  private Bearer() {}

  /** Returns the key or token of a request; empty if there is none. */
  public static Optional<String> of(Context http) {
    return of(http.header("Authorization"));
  }

  /** The name of the scheme may be in any case. */
  static Optional<String> of(@Nullable String authorization) {
    return authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        ? Optional.of(authorization.substring(SCHEME.length()).strip())
        : Optional.empty();
  }
}
