package fob.gateway.http;

import java.util.List;
import java.util.Objects;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.HostPort;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that a foreign web page makes its visitor's browser send. Everyone who reaches
 * the gateway may run code, and such a page reaches it through its visitor. Clients other than
 * browsers send neither {@code Origin} nor {@code Sec-Fetch-Site}. Thread-safe.
 */
final class CrossOriginCheck {

  private static final String FETCH_SITE = "Sec-Fetch-Site";
  private static final List<String> NOT_FOREIGN = List.of("same-origin", "none");
  private static final int LONGEST = 200;

  private final OwnHosts hosts;

  CrossOriginCheck(OwnHosts hosts) {
    this.hosts = hosts;
  }

  /**
   * @throws Problem 403 if the request may come from a foreign page; the message tells how to allow
   *     it
   */
  void refuse(Request request) {
    HttpURI uri = request.getHttpURI();
    String host = uri.getHost();
    // Only HTTP/1.0 has requests without a host, and browsers do not send them.
    if (host != null && !hosts.isOwn(host)) {
      throw refused(
          "foreign-host", "this gateway is not known as '%s'", host, "the host of the request");
    }
    for (HttpField field : request.getHeaders()) {
      String value = Objects.requireNonNullElse(field.getValue(), "");
      if (field.getHeader() == HttpHeader.ORIGIN) {
        requireOwn(value, uri);
      } else if (FETCH_SITE.equalsIgnoreCase(field.getName())) {
        requireOwnSite(value, request.getHeaders());
      }
    }
  }

  private void requireOwn(String origin, HttpURI uri) {
    HostPort from = hostOf(origin);
    if (from == null || !(hosts.isListed(from.getHost()) || isSame(from, uri))) {
      throw refused("foreign-origin", "the request comes from a page of '%s'", origin, "its host");
    }
  }

  /** Whether the page is on the same host and port; another port may be another server. */
  private boolean isSame(HostPort from, HttpURI uri) {
    String host = uri.getHost();
    return host != null
        && port(from.getPort()) == port(uri.getPort())
        && (from.getHost().equalsIgnoreCase(host) || hosts.isThisMachine(from.getHost()));
  }

  /** Ports 80 and 443 count as equal, since a proxy may have terminated TLS. */
  private static int port(int port) {
    return port == 443 || port <= 0 ? 80 : port;
  }

  private void requireOwnSite(String site, HttpFields headers) {
    if (!NOT_FOREIGN.contains(site) && !isFromListed(headers.getValuesList(HttpHeader.ORIGIN))) {
      throw refused(
          "foreign-origin",
          "the request comes from a foreign page (Sec-Fetch-Site: %s)",
          site,
          "the page's host, if it sends an Origin,");
    }
  }

  private boolean isFromListed(List<String> origins) {
    return !origins.isEmpty()
        && origins.stream()
            .map(CrossOriginCheck::hostOf)
            .allMatch(from -> from != null && hosts.isListed(from.getHost()));
  }

  private static @Nullable HostPort hostOf(String origin) {
    int scheme = origin.indexOf("://");
    try {
      return scheme < 0 ? null : new HostPort(origin.substring(scheme + 3));
    } catch (IllegalArgumentException notAnOrigin) {
      return null;
    }
  }

  private Problem refused(String reason, String what, String value, String missing) {
    String brief = value.length() > LONGEST ? value.substring(0, LONGEST) + "..." : value;
    return Problem.ofGateway(
        403,
        reason,
        what.formatted(brief)
            + ", so it may be a web page that wants to run code here; this gateway's hosts are "
            + hosts
            + ". To allow it, start the gateway with "
            + missing
            + " in FOB_HOSTS (./fob up: --hosts)");
  }
}
