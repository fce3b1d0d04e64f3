package fob.gateway.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import okhttp3.tls.HeldCertificate;

/** PEM files in a folder, with certificates for localhost that are made for a test. */
public record Certificates(Path folder) {

  /** Replaces both files, first the certificate, and returns what is in them. */
  public HeldCertificate write() throws IOException {
    return write(new HeldCertificate.Builder().commonName("fob"));
  }

  HeldCertificate write(HeldCertificate.Builder builder) throws IOException {
    HeldCertificate made =
        builder
            .addSubjectAlternativeName("localhost")
            .addSubjectAlternativeName("127.0.0.1")
            .build();
    Files.writeString(certificate(), made.certificatePem());
    Files.writeString(key(), made.privateKeyPkcs8Pem());
    return made;
  }

  static HeldCertificate.Builder expired() {
    long now = System.currentTimeMillis();
    return new HeldCertificate.Builder()
        .validityInterval(now - TimeUnit.DAYS.toMillis(2), now - TimeUnit.DAYS.toMillis(1));
  }

  public Path certificate() {
    return folder.resolve("cert.pem");
  }

  public Path key() {
    return folder.resolve("key.pem");
  }

  public Optional<TlsFiles> files() {
    return TlsFiles.of(certificate().toString(), key().toString());
  }
}
