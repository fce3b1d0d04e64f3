package fob.gateway.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
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

  /** Replaces both files with an Ed25519 certificate, which keytool makes. */
  public X509Certificate writeEd25519() throws Exception {
    Path store = folder.resolve("ed25519.p12");
    String password = "only-for-a-test";
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "it",
                "-keyalg",
                "Ed25519",
                "-dname",
                "CN=fob",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-keystore",
                store.toString(),
                "-storepass",
                password)
            .redirectErrorStream(true)
            .start();
    String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (keytool.waitFor() != 0) {
      throw new IOException(output);
    }
    KeyStore made = KeyStore.getInstance(store.toFile(), password.toCharArray());
    X509Certificate certificate = (X509Certificate) made.getCertificate("it");
    Files.writeString(certificate(), pem("CERTIFICATE", certificate.getEncoded()));
    Files.writeString(
        key(), pem("PRIVATE KEY", made.getKey("it", password.toCharArray()).getEncoded()));
    return certificate;
  }

  private static String pem(String what, byte[] content) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(what, Base64.getMimeEncoder().encodeToString(content));
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
