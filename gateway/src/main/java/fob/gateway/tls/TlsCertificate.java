package fob.gateway.tls;

import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of a connector, which follows its files. Connections that are open go on with the
 * certificate that they began with. Jetty's scheduler runs the checks.
 */
public final class TlsCertificate extends AbstractLifeCycle {

  private static final Logger LOGGER = LoggerFactory.getLogger(TlsCertificate.class);

  /** How often a gateway looks at the files. */
  public static final Duration LOOK = Duration.ofSeconds(2);

  private final TlsFiles files;
  private final CertificateExpiry expiry;
  private final Scheduler scheduler;
  private final Duration between;
  private final SslContextFactory.Server factory = new SslContextFactory.Server();
  private List<String> used;
  private List<String> seen;

  /**
   * Reads the files.
   *
   * @param expiry hears which certificate is used
   * @param between the time between two looks at the files
   * @throws IllegalArgumentException if they cannot be used; the message is for the user
   */
  public TlsCertificate(
      TlsFiles files, CertificateExpiry expiry, Scheduler scheduler, Duration between) {
    this.files = files;
    this.expiry = expiry;
    this.scheduler = scheduler;
    this.between = between;
    this.used = files.contents();
    this.seen = used;
    factory.setKeyStorePassword(TlsFiles.PASSWORD);
    factory.setRenegotiationAllowed(false);
    KeyStore store = files.read();
    factory.setKeyStore(store);
    expiry.uses(store);
  }

  /** What Jetty makes TLS connections with. */
  public SslContextFactory.Server factory() {
    return factory;
  }

  @Override
  protected void doStart() {
    lookLater();
  }

  private void lookLater() {
    scheduler.schedule(this::look, between.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Two files are not replaced at once: a change counts when they are the same at two looks. */
  private void look() {
    if (!isRunning()) {
      return;
    }
    List<String> now = files.contents();
    if (now.equals(seen) && !now.equals(used)) {
      used = now;
      reload();
    }
    seen = now;
    expiry.look();
    lookLater();
  }

  private void reload() {
    try {
      KeyStore store = files.read();
      factory.reload(same -> same.setKeyStore(store));
      expiry.uses(store);
      LOGGER.atInfo().log("the certificate in {} is used from now on", files.certificate());
    } catch (Exception e) {
      LOGGER
          .atError()
          .log(
              "the files of TLS have changed and cannot be used, so the certificate before them stays: {}",
              e.getMessage());
    }
  }
}
