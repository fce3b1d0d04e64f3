package fob.gateway.http;

import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.PreEncodedHttpField;

/**
 * Headers of every reply. A browser that shows a reply must not guess its type, run anything in it,
 * show it inside of a page, or tell its address to others. A handler may replace them.
 */
final class SecurityHeaders {

  private static final List<HttpField> ALL =
      List.of(
          new PreEncodedHttpField("X-Content-Type-Options", "nosniff"),
          new PreEncodedHttpField(
              "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
          new PreEncodedHttpField("Referrer-Policy", "no-referrer"));

  private SecurityHeaders() {}

  static void put(HttpFields.Mutable headers) {
    ALL.forEach(headers::put);
  }
}
