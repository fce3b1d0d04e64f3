package fob.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.OkHttpClient;
import okhttp3.tls.HandshakeCertificates;

/** Which certificates of gateways are trusted, and what is wrong with others. */
final class Tls {

  private Tls() {}

  /**
   * Trusts the certificates of a PEM file, and no other.
   *
   * @throws CommandFailure if it has none
   */
  static void trustOnly(Path pem, OkHttpClient.Builder http) throws IOException {
    HandshakeCertificates.Builder trusted = new HandshakeCertificates.Builder();
    for (Certificate certificate : certificates(pem)) {
      trusted.addTrustedCertificate((X509Certificate) certificate);
    }
    HandshakeCertificates certificates = trusted.build();
    http.sslSocketFactory(certificates.sslSocketFactory(), certificates.trustManager());
  }

  /**
   * Reads certificates.
   *
   * @throws CommandFailure if the file has none
   */
  static Collection<? extends Certificate> certificates(Path pem) throws IOException {
    String why;
    try (InputStream in = Files.newInputStream(pem)) {
      var found = CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (!found.isEmpty()) {
        return found;
      }
      why = "it has none";
    } catch (CertificateException e) {
      why = "it has something else";
    } catch (NoSuchFileException e) {
      why = "there is no such file";
    }
    throw CommandFailure.usage(
        "the file of certificates %s: expected certificates in PEM, but %s".formatted(pem, why));
  }

  /** Says in one line why a connection failed. */
  static String why(SSLException e) {
    String message = String.valueOf(e.getMessage());
    if (e instanceof SSLPeerUnverifiedException) {
      return "its certificate is for another name than that of its address";
    }
    if (message.contains("PKIX") || message.contains("certificate_unknown")) {
      return "its certificate is not trusted; if it is signed by an authority of your own, give that authority's certificate: fob context set NAME --url URL --ca FILE, or FOB_CA=FILE";
    }
    if (message.contains("Unsupported or unrecognized SSL message")) {
      return "it does not speak TLS; its address begins with http://";
    }
    return "TLS failed, " + message.lines().findFirst().orElse("");
  }
}
