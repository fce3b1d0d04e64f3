package fob.deployer.marathon.api;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;

/** Trusts the certificate authorities of a PEM file, and no other. */
final class TrustedAuthorities {

  private TrustedAuthorities() {}

  /**
   * @throws IOException if the file holds no certificates; the message is for the user
   */
  static void only(Path pem, OkHttpClient.Builder http) throws IOException {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate certificate : certificates(pem)) {
        store.setCertificateEntry("ca-" + number++, certificate);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      TrustManager[] managers = factory.getTrustManagers();
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers, null);
      http.sslSocketFactory(context.getSocketFactory(), (X509TrustManager) managers[0]);
    } catch (GeneralSecurityException e) {
      throw new IOException("FOB_MARATHON_CA=%s: %s".formatted(pem, e.getMessage()), e);
    }
  }

  private static Collection<? extends Certificate> certificates(Path pem) throws IOException {
    String expected =
        "FOB_MARATHON_CA=%s: expected a file of certificates in PEM, but ".formatted(pem);
    try (InputStream in = Files.newInputStream(pem)) {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (found.isEmpty()) {
        throw new IOException(expected + "it holds none");
      }
      return found;
    } catch (CertificateException e) {
      throw new IOException(expected + "it is not", e);
    } catch (java.nio.file.NoSuchFileException e) {
      throw new IOException(expected + "there is no such file", e);
    }
  }
}
