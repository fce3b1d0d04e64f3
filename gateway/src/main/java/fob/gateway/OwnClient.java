package fob.gateway;

import fob.access.KeyText;
import fob.gateway.tls.OwnTrust;
import fob.gateway.tls.TlsFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;

/** Makes requests to this gateway itself, which must succeed. Used by one thread. */
final class OwnClient {

  private final URI url;
  private final KeyText key;
  private final Optional<OwnTrust> trust;
  private final Duration patience;

  /** Makes a client when the gateway listens. */
  @FunctionalInterface
  interface Maker {
    /**
     * @param patience how long a reply may take
     */
    OwnClient make(Duration patience) throws IOException;
  }

  /**
   * @param host the address that the gateway listens on
   * @param key allows the requests, if the gateway needs keys
   * @param tls the gateway's certificate; empty: it does not speak TLS
   */
  OwnClient(String host, int port, KeyText key, Optional<TlsFiles> tls, Duration patience)
      throws IOException {
    InetAddress bound = InetAddress.getByName(host);
    InetAddress own = bound.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bound;
    String scheme = tls.isPresent() ? "https" : "http";
    try {
      this.url = new URI(scheme, null, own.getHostAddress(), port, "/", null, null);
    } catch (URISyntaxException e) {
      throw new IOException("the own address is no URL: " + e.getMessage(), e);
    }
    this.key = key;
    this.trust = tls.map(OwnTrust::new);
    this.patience = patience;
  }

  void get(String path) throws IOException {
    read(open(path));
  }

  void post(String path, byte[] json) throws IOException {
    HttpURLConnection http = open(path);
    http.setDoOutput(true);
    http.setRequestProperty("Content-Type", "application/json");
    try (OutputStream body = http.getOutputStream()) {
      body.write(json);
    }
    read(http);
  }

  private HttpURLConnection open(String path) throws IOException {
    HttpURLConnection http =
        (HttpURLConnection) url.resolve(path).toURL().openConnection(Proxy.NO_PROXY);
    if (http instanceof HttpsURLConnection https) {
      trust.ifPresent(own -> own.use(https));
    }
    http.setConnectTimeout((int) patience.toMillis());
    http.setReadTimeout((int) patience.toMillis());
    http.setRequestProperty("Authorization", "Bearer " + key.text());
    return http;
  }

  private static void read(HttpURLConnection http) throws IOException {
    if (http.getResponseCode() != HttpURLConnection.HTTP_OK) {
      throw new IOException("a call got the status " + http.getResponseCode());
    }
    try (InputStream body = http.getInputStream()) {
      body.readAllBytes();
    }
  }
}
