package fob.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateExpiryTest {

  private static final Duration MOMENT = Duration.ofSeconds(1);

  @TempDir private Path folder;

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());

  /** A certificate that began an hour ago. */
  private CertificateExpiry holdingFor(Duration rest) throws Exception {
    Certificates certificates = new Certificates(folder);
    certificates.write(
        new HeldCertificate.Builder()
            .validityInterval(
                now.get().minus(Duration.ofHours(1)).toEpochMilli(),
                now.get().plus(rest).toEpochMilli()));
    CertificateExpiry expiry = new CertificateExpiry(certificates.certificate(), now::get);
    expiry.uses(certificates.files().orElseThrow().read());
    return expiry;
  }

  private void pass(Duration time) {
    now.updateAndGet(before -> before.plus(time));
  }

  @Test
  void warnsThirtyDaysBeforeTheEndAndAfterIt() throws Exception {
    // Given
    CertificateExpiry expiry = holdingFor(Duration.ofDays(365));

    // When
    pass(Duration.ofDays(335).minus(MOMENT));

    // Then
    assertThat(expiry.warning()).isEmpty();

    // When
    pass(MOMENT.multipliedBy(2));

    // Then
    assertThat(expiry.warning().orElseThrow())
        .contains(folder.resolve("cert.pem") + " expires at ", "replace the file");

    // When
    pass(Duration.ofDays(30));

    // Then
    assertThat(expiry.warning().orElseThrow()).contains("has expired at ");
  }

  @Test
  void warnsInTheLastThirdOfShortCertificate() throws Exception {
    // Given
    CertificateExpiry expiry = holdingFor(Duration.ofHours(23));

    // When
    pass(Duration.ofHours(14));

    // Then
    assertThat(expiry.warning()).isEmpty();

    // When
    pass(Duration.ofHours(2));

    // Then
    assertThat(expiry.warning()).isPresent();
  }

  @Test
  void logsOnceADayUntilTheCertificateIsReplaced() throws Exception {
    // Given
    CertificateExpiry expiry = holdingFor(Duration.ofDays(365));
    assertThat(expiry.warningOfToday()).isEmpty();
    pass(Duration.ofDays(340));

    // When / Then
    assertThat(expiry.warningOfToday()).isPresent();
    assertThat(expiry.warningOfToday()).isEmpty();

    // When
    pass(Duration.ofDays(1));

    // Then
    assertThat(expiry.warningOfToday()).isPresent();
  }

  @Test
  void chainExpiresWithTheFirstOfItsCertificates() throws Exception {
    // Given
    Instant end = now.get().plus(Duration.ofDays(10));
    HeldCertificate authority =
        new HeldCertificate.Builder()
            .certificateAuthority(0)
            .validityInterval(0, end.toEpochMilli())
            .build();
    Certificates certificates = new Certificates(folder);
    certificates.write(
        new HeldCertificate.Builder()
            .signedBy(authority)
            .validityInterval(0, end.plus(Duration.ofDays(300)).toEpochMilli()));
    Files.writeString(
        certificates.certificate(), authority.certificatePem(), StandardOpenOption.APPEND);
    CertificateExpiry expiry = new CertificateExpiry(certificates.certificate(), now::get);
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    expiry.showIn(registry);

    // When
    expiry.uses(certificates.files().orElseThrow().read());

    // Then
    assertThat(registry.get("fob.tls.certificate.expiry.timestamp.seconds").gauge().value())
        .isEqualTo((double) end.getEpochSecond());
    assertThat(expiry.warning()).isPresent();
  }
}
