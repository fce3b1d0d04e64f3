package fob.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.service.ConfigurationException;
import fob.service.Env;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsFilesTest {

  @TempDir private Path folder;
  private Certificates certificates;

  @BeforeEach
  void makeCertificates() {
    certificates = new Certificates(folder);
  }

  private void assertRefused(String file, String expected, String why) {
    assertThatThrownBy(certificates::files)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file)
        .hasMessageContaining(expected)
        .hasMessageContaining(why);
  }

  private void assertCertificateRefused(String why) {
    assertRefused(
        "FOB_TLS_CERT=" + certificates.certificate(),
        "expected a PEM file with a certificate",
        why);
  }

  private void assertKeyRefused(String why) {
    assertRefused("FOB_TLS_KEY=" + certificates.key(), "in PKCS#8, without a password", why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa2048", "ecdsa256"})
  void aCertificateAndItsKeyAreRead(String kind) throws Exception {
    // Given
    HeldCertificate.Builder builder = new HeldCertificate.Builder();
    certificates.write(kind.equals("rsa2048") ? builder.rsa2048() : builder.ecdsa256());

    // Then
    assertThat(certificates.files().orElseThrow().read().size()).isEqualTo(1);
  }

  @Test
  void aChainIsRead() throws Exception {
    // Given
    HeldCertificate root = new HeldCertificate.Builder().certificateAuthority(1).build();
    HeldCertificate middle =
        new HeldCertificate.Builder().certificateAuthority(0).signedBy(root).build();
    HeldCertificate own = certificates.write(new HeldCertificate.Builder().signedBy(middle));
    String leaf = own.certificatePem();
    Files.writeString(certificates.certificate(), leaf + middle.certificatePem());

    // When
    TlsFiles files = certificates.files().orElseThrow();

    // Then
    assertThat(files.read().getCertificateChain("gateway")).hasSize(2);
    Files.writeString(certificates.certificate(), leaf + leaf);
    assertCertificateRefused("the chain is wrong");
  }

  @Test
  void filesThatDoNotExistAreRefused() throws Exception {
    assertCertificateRefused("there is no such file");
    certificates.write();
    Files.delete(certificates.key());
    assertKeyRefused("there is no such file");
  }

  @Test
  void filesThatHoldSomethingElseAreRefused() throws Exception {
    certificates.write();
    change(certificates.certificate(), _ -> "no certificate");
    assertCertificateRefused("; it holds");
    certificates.write();
    change(certificates.certificate(), pem -> pem.substring(0, pem.length() / 2));
    assertCertificateRefused("; it holds");
    certificates.write();
    change(certificates.key(), pem -> pem.replace("PRIVATE KEY", "EC PRIVATE KEY"));
    assertKeyRefused("it holds no such key");
    certificates.write();
    change(certificates.key(), pem -> pem.substring(0, pem.length() / 2));
    assertKeyRefused("it holds no such key");
  }

  private static void change(Path file, UnaryOperator<String> by) throws IOException {
    Files.writeString(file, by.apply(Files.readString(file)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aKeyOfAnotherCertificateIsRefused(boolean sameKind) throws Exception {
    // Given
    certificates.write(new HeldCertificate.Builder().ecdsa256());
    HeldCertificate.Builder other = new HeldCertificate.Builder();

    // When
    Files.writeString(
        certificates.key(),
        (sameKind ? other.ecdsa256() : other.rsa2048()).build().privateKeyPkcs8Pem());

    // Then
    assertKeyRefused("it is not that of the certificate in " + certificates.certificate());
  }

  @Test
  void ed25519CertificateIsReadAndKeyOfAnotherOneIsRefused() throws Exception {
    // Given
    certificates.writeEd25519();
    String key = Files.readString(certificates.key());

    // Then
    assertThat(certificates.files().orElseThrow().read().size()).isEqualTo(1);

    // When
    Files.delete(folder.resolve("ed25519.p12"));
    certificates.writeEd25519();
    Files.writeString(certificates.key(), key);

    // Then
    assertKeyRefused("it is not that of the certificate in " + certificates.certificate());
  }

  @Test
  void aCertificateThatDoesNotHoldNowIsRefused() throws Exception {
    certificates.write(Certificates.expired());
    assertCertificateRefused("it has expired at 20");
    long later = System.currentTimeMillis() + 1_000_000;
    certificates.write(new HeldCertificate.Builder().validityInterval(later, later + 1_000_000));
    assertCertificateRefused("it holds from 20");
  }

  @Test
  void theSettingsGoTogether() {
    Env one = new Env(Map.of("FOB_TLS_CERT", "cert.pem"));
    assertThat(TlsFiles.from(one)).isEmpty();
    assertThatThrownBy(one::requireNoProblems)
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e ->
                assertThat(e.problems())
                    .singleElement()
                    .asString()
                    .contains("FOB_TLS_CERT and FOB_TLS_KEY", "expected both or none"));
    assertThat(TlsFiles.from(new Env(Map.of()))).isEmpty();
  }
}
