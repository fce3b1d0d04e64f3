package fob.gateway.tls;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When the certificate in use expires, or one of those that signed it, for the log, {@code /readyz}
 * and {@code /metrics}. Thread-safe.
 */
public final class CertificateExpiry {

  private static final Logger LOGGER = LoggerFactory.getLogger(CertificateExpiry.class);

  /** The most time before the end at which it is told. */
  private static final Duration EARLY = Duration.ofDays(30);

  /** It is told in the last part of the whole time: certificates may hold for days only. */
  private static final int PART = 3;

  private static final Duration AGAIN = Duration.ofDays(1);

  private final Path file;
  private final InstantSource clock;
  private volatile @Nullable Term term;
  private Instant told = Instant.MIN;

  /** How long a certificate holds. */
  private record Term(Instant from, Instant to) {

    static Term of(Certificate certificate) {
      X509Certificate of = (X509Certificate) certificate;
      return new Term(of.getNotBefore().toInstant(), of.getNotAfter().toInstant());
    }

    boolean endsSoon(Instant now) {
      Duration part = Duration.between(from, to).dividedBy(PART);
      return now.isAfter(to.minus(part.compareTo(EARLY) < 0 ? part : EARLY));
    }
  }

  /**
   * @param file has the certificate, for messages
   */
  public CertificateExpiry(Path file, InstantSource clock) {
    this.file = file;
    this.clock = clock;
  }

  /** The certificate in this store is used from now on. */
  synchronized void uses(KeyStore store) {
    try {
      Term first = null;
      for (Certificate one : store.getCertificateChain(TlsFiles.ALIAS)) {
        Term next = Term.of(one);
        first = first == null || next.to.isBefore(first.to) ? next : first;
      }
      term = first;
      told = Instant.MIN;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a store in memory was loaded", e);
    }
  }

  /** Logs the warning, once a day. */
  void look() {
    warningOfToday().ifPresent(why -> LOGGER.atWarn().log(why));
  }

  /** Returns the warning if it was not returned within a day. */
  synchronized Optional<String> warningOfToday() {
    Instant now = clock.instant();
    if (now.isBefore(told.plus(AGAIN))) {
      return Optional.empty();
    }
    Optional<String> warning = warning();
    if (warning.isPresent()) {
      told = now;
    }
    return warning;
  }

  /**
   * Why the operator should replace the certificate. Empty as long as more than 30 days, or more
   * than a third of its whole time, are left.
   */
  public Optional<String> warning() {
    Term now = term;
    Instant time = clock.instant();
    if (now == null || !now.endsSoon(time)) {
      return Optional.empty();
    }
    return Optional.of(
        "a certificate in %s %s at %s; replace the file and that of its key, a restart is not needed"
            .formatted(file, time.isBefore(now.to) ? "expires" : "has expired", now.to));
  }

  /** Shows the time in metrics. */
  public void showIn(MeterRegistry registry) {
    Gauge.builder("fob.tls.certificate.expiry.timestamp.seconds", this, CertificateExpiry::seconds)
        .description("When the certificate of the HTTP API, or one that signed it, expires.")
        .register(registry);
  }

  private double seconds() {
    Term now = term;
    return now == null ? Double.NaN : now.to.getEpochSecond();
  }
}
