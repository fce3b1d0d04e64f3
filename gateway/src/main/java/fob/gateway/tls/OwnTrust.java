package fob.gateway.tls;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * How a gateway calls itself over TLS: it trusts its own certificate, for whatever name that is,
 * and no other. Thread-safe.
 */
public final class OwnTrust {

  private final SSLSocketFactory sockets;

  /**
   * @throws IllegalArgumentException if the files cannot be used any more
   */
  public OwnTrust(TlsFiles files) {
    try {
      KeyStore own = TlsFiles.empty();
      own.setCertificateEntry("own", files.leaf());
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(own);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      sockets = context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the own certificate: " + e.getMessage(), e);
    }
  }

  /** Lets a connection to this gateway trust it. */
  public void use(HttpsURLConnection connection) {
    connection.setSSLSocketFactory(sockets);
    connection.setHostnameVerifier((_, _) -> true);
  }
}
