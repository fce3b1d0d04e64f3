package fob.gateway.http;

import fob.gateway.tls.TlsFiles;
import java.net.BindException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/**
 * Settings of the HTTP server.
 *
 * @param host the address to listen on
 * @param port the port to listen on; 0 takes a free one
 * @param hosts further hosts that the gateway answers for, see {@link OwnHosts}
 * @param tls the certificate; empty: the server does not speak TLS
 */
public record HttpConfig(
    String host, int port, List<String> hosts, Bounds bounds, Optional<TlsFiles> tls) {

  /** Why the server cannot listen, for the user. */
  public BindException cannotListen(Exception why) {
    return new BindException(
        why instanceof UnknownHostException
            ? "the host '%s' is unknown".formatted(host)
            : "port %d on %s cannot be listened on: it is in use or not allowed"
                .formatted(port, host));
  }

  /** No further hosts, no TLS, and the bounds that the heap's size allows. */
  public static HttpConfig standard(String host, int port) {
    return new HttpConfig(host, port, List.of(), Bounds.standard(), Optional.empty());
  }
}
