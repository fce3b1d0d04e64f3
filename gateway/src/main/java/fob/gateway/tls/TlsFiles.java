package fob.gateway.tls;

import fob.service.Env;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The PEM files of a gateway's certificate. Immutable; the files may change.
 *
 * @param certificate the certificate, and after it those that signed it
 * @param key its private key, in PKCS#8 without a password
 */
public record TlsFiles(Path certificate, Path key) {

  public static final String CERTIFICATE = "FOB_TLS_CERT";
  public static final String KEY = "FOB_TLS_KEY";

  /** The key store is only in memory. */
  static final String PASSWORD = "memory";

  static final String ALIAS = "gateway";
  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  /** Reads the settings. The environment collects the problems, also those of the files. */
  public static Optional<TlsFiles> from(Env env) {
    Optional<String> certificate =
        env.optional(CERTIFICATE, "a PEM file with the certificate for TLS, and its chain");
    Optional<String> key = env.optional(KEY, "a PEM file with the key of this certificate");
    try {
      return of(certificate.orElse(""), key.orElse(""));
    } catch (IllegalArgumentException e) {
      env.problem(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /**
   * Returns the files with these paths, which can be used now.
   *
   * @return empty if both paths are empty
   * @throws IllegalArgumentException if they cannot be used; the message is for the user
   */
  public static Optional<TlsFiles> of(String certificate, String key) {
    if (certificate.isEmpty() && key.isEmpty()) {
      return Optional.empty();
    }
    if (certificate.isEmpty() || key.isEmpty()) {
      throw new IllegalArgumentException(
          "%s and %s (./fob up: --tls-cert, --tls-key): expected both or none"
              .formatted(CERTIFICATE, KEY));
    }
    try {
      TlsFiles files = new TlsFiles(Path.of(certificate), Path.of(key));
      var _ = files.read();
      return Optional.of(files);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("'%s' is no path".formatted(e.getInput()), e);
    }
  }

  /** What both files have now. Reading them fails only where it is used. */
  List<String> contents() {
    return List.of(content(certificate), content(key));
  }

  private static String content(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return String.valueOf(e);
    }
  }

  /**
   * Reads the files.
   *
   * @throws IllegalArgumentException if they cannot be used; the message is for the user
   */
  KeyStore read() {
    X509Certificate[] chain = chain();
    try {
      chain[0].checkValidity();
      PrivateKey own = privateKey(chain[0].getPublicKey());
      KeyStore store = empty();
      store.setKeyEntry(ALIAS, own, PASSWORD.toCharArray(), chain);
      return store;
    } catch (CertificateExpiredException e) {
      throw refused(certificate, "it has expired at " + chain[0].getNotAfter().toInstant(), e);
    } catch (CertificateNotYetValidException e) {
      throw refused(certificate, "it holds from " + chain[0].getNotBefore().toInstant(), e);
    } catch (GeneralSecurityException e) {
      throw refused(
          certificate, "the chain is wrong: the certificate comes first, then what signed it", e);
    }
  }

  /** The certificate itself, without its chain. */
  X509Certificate leaf() {
    return chain()[0];
  }

  static KeyStore empty() throws GeneralSecurityException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      return store;
    } catch (IOException e) {
      throw new IllegalStateException("nothing was read", e);
    }
  }

  private X509Certificate[] chain() {
    try (InputStream in = Files.newInputStream(certificate)) {
      X509Certificate[] chain =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toArray(X509Certificate[]::new);
      if (chain.length == 0) {
        throw refused(certificate, "it holds no certificate", null);
      }
      return chain;
    } catch (CertificateException e) {
      throw refused(certificate, "it holds something else", e);
    } catch (IOException e) {
      throw refused(certificate, why(e), e);
    }
  }

  private PrivateKey privateKey(PublicKey other) {
    String algorithm = other.getAlgorithm();
    if (!KeyCheck.knows(algorithm)) {
      throw refused(certificate, "its algorithm is " + algorithm, null);
    }
    try {
      Matcher pem = PKCS8.matcher(Files.readString(key, StandardCharsets.ISO_8859_1));
      if (!pem.find()) {
        throw new IOException("it holds no such key");
      }
      byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
      PrivateKey own =
          KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
      if (!KeyCheck.arePair(own, other)) {
        throw new InvalidKeyException();
      }
      return own;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw refused(key, "it is not that of the certificate in " + certificate, e);
    } catch (IOException e) {
      throw refused(key, why(e), e);
    }
  }

  private static String why(IOException e) {
    return e instanceof NoSuchFileException
        ? "there is no such file"
        : String.valueOf(e.getMessage());
  }

  private IllegalArgumentException refused(Path file, String why, @Nullable Exception cause) {
    String expected =
        file.equals(certificate)
            ? "%s=%s: expected a PEM file with a certificate for RSA, EC or Ed25519 that holds now, and then its chain; "
                .formatted(CERTIFICATE, file)
            : "%s=%s: expected a PEM file with the certificate's key in PKCS#8, without a password (openssl pkcs8 -topk8 -nodes makes one of others); "
                .formatted(KEY, file);
    return new IllegalArgumentException(expected + why, cause);
  }
}
