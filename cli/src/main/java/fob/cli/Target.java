package fob.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The gateway that a command talks to.
 *
 * @param url its address, without a path
 * @param token the key that is sent; null: none
 * @param ca a PEM file with the only certificates that are trusted; null: those of the system
 */
record Target(URI url, @Nullable String token, @Nullable Path ca) {

  private static final int MOST_PORT = 65_535;

  static final String DEFAULT_URL = "http://127.0.0.1:9999";

  /**
   * Reads a target.
   *
   * @param source where the address comes from, for the message
   * @throws CommandFailure if the address is malformed
   */
  static Target of(String url, @Nullable String token, @Nullable Path ca, String source) {
    try {
      URI parsed = new URI(url.strip());
      String scheme = parsed.getScheme() == null ? "" : parsed.getScheme().toLowerCase(Locale.ROOT);
      String path = parsed.getRawPath() == null ? "" : parsed.getRawPath();
      if ((scheme.equals("http") || scheme.equals("https"))
          && parsed.getHost() != null
          && parsed.getPort() <= MOST_PORT
          && (path.isEmpty() || path.equals("/"))) {
        return new Target(parsed, token, ca);
      }
    } catch (URISyntaxException _) {
      // the message below
    }
    throw CommandFailure.usage(
        "%s: '%s' is no address of a gateway; expected one such as %s"
            .formatted(source, url, DEFAULT_URL));
  }
}
