package fob.gateway.http;

import fob.gateway.tls.CertificateExpiry;
import fob.gateway.tls.TlsCertificate;
import fob.gateway.tls.TlsFiles;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.RoutesConfig;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.DetectorConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;

/** Sets up Javalin and Jetty, with the limits and checks that apply before a route runs. */
public final class HttpServer {

  private static final Duration STOP = Duration.ofSeconds(2);

  /** How long a connection may be idle, unless it waits for a call. */
  private static final Duration IDLE = Duration.ofSeconds(30);

  /** The most bytes of the request line and all headers; parameters of a GET count too. */
  private static final int MAX_HEADER_BYTES = 64 * 1024;

  private final HttpConfig config;
  private final SlowClients.Limits limits;
  private final InetAddress address;
  private final CrossOriginCheck foreignPages;
  private final ByteBudget requests;
  private final ByteBudget replies;
  private final HttpMetrics metrics = new HttpMetrics();
  private final Optional<CertificateExpiry> expiry;
  private final Set<SlowClients.Reading> reading = SlowClients.readings();

  /**
   * @throws UnknownHostException if the host to listen on has no address
   */
  public HttpServer(HttpConfig config, SlowClients.Limits limits) throws UnknownHostException {
    this.config = config;
    this.limits = limits;
    this.requests = new ByteBudget(config.bounds().requestBytes());
    this.replies = new ByteBudget(config.bounds().replyBytes());
    this.address = InetAddress.getByName(config.host());
    this.expiry =
        config
            .tls()
            .map(files -> new CertificateExpiry(files.certificate(), InstantSource.system()));
    List<String> names = List.of(config.host(), machineName());
    this.foreignPages = new CrossOriginCheck(new OwnHosts(address, names, config.hosts()));
  }

  /** The address that it listens on. */
  public InetAddress address() {
    return address;
  }

  /** Shows requests in metrics from now on, and when the certificate expires. */
  public void showIn(MeterRegistry registry) {
    metrics.countIn(registry);
    expiry.ifPresent(certificate -> certificate.showIn(registry));
  }

  /** What an operator should change; empty if nothing. */
  public Optional<String> warning() {
    return expiry.flatMap(CertificateExpiry::warning);
  }

  /** Reads bodies for the routes. */
  public BodyReader bodies() {
    return new BodyReader(requests, limits.body());
  }

  /** Sends large replies for the routes. */
  public Downloads downloads() {
    return new Downloads(reading, limits.download());
  }

  /** The budget of requests in memory. */
  ByteBudget requests() {
    return requests;
  }

  /** The budget of replies that clients have not read yet. */
  ByteBudget replies() {
    return replies;
  }

  /** A server that does not listen yet. */
  public Javalin create(Consumer<RoutesConfig> routes) {
    ReplyFinisher ends = new ReplyFinisher(replies, reading, limits.reply());
    return Javalin.create(javalin -> {
      javalin.concurrency.useVirtualThreads = true;
      // BodyReader has the actual bound.
      javalin.http.maxRequestSize = Long.MAX_VALUE;
      javalin.http.prefer405over404 = true;
      javalin.http.compressionStrategy = CompressionStrategy.NONE;
      javalin.startup.showJavalinBanner = false;
      javalin.startup.showOldJavalinVersionWarning = false;
      javalin.startup.startupWatcherEnabled = false;
      javalin.jetty.modifyServer(this::setUp);
      javalin.jetty.modifyHttpConfiguration(HttpServer::setUp);
      javalin.jetty.addConnector(this::connector);
      javalin.jetty.modifyServletContextHandler(
          servlets -> servlets.setErrorHandler(new JettyErrors()));
      routes.accept(javalin.routes);
      javalin.routes.after(ends::finish);
    });
  }

  private void setUp(Server jetty) {
    jetty.setErrorHandler(new JettyErrors());
    jetty.insertHandler(
        new RequestFilter(foreignPages, requests, metrics, config.tls().isPresent()));
    // How long a stop waits for requests that are being handled.
    jetty.setStopTimeout(STOP.toMillis());
    jetty.insertHandler(new GracefulHandler());
  }

  private ServerConnector connector(Server jetty, HttpConfiguration http) {
    ServerConnector connector =
        config
            .tls()
            .map(files -> tls(jetty, http, files))
            .orElseGet(() -> new ServerConnector(jetty, new HttpConnectionFactory(http)));
    connector.setHost(config.host());
    connector.setPort(config.port());
    connector.setIdleTimeout(IDLE.toMillis());
    connector.addBean(new SlowClients(connector, limits, reading));
    NetworkConnectionLimit most =
        new NetworkConnectionLimit(config.bounds().connections(), connector);
    // At the bound, idle connections are closed sooner to make room for others.
    most.setEndPointIdleTimeout(limits.crowd().toMillis());
    connector.addBean(most);
    return connector;
  }

  /** Requests without TLS are understood too, so that they get an answer: a refusal. */
  private ServerConnector tls(Server jetty, HttpConfiguration http, TlsFiles files) {
    var certificate =
        new TlsCertificate(files, expiry.orElseThrow(), jetty.getScheduler(), TlsCertificate.LOOK);
    // The host is checked by OwnHosts, as without TLS.
    http.addCustomizer(new SecureRequestCustomizer(false));
    HttpConnectionFactory plain = new HttpConnectionFactory(http);
    var secure = new SslConnectionFactory(certificate.factory(), plain.getProtocol());
    ServerConnector connector =
        new ServerConnector(jetty, new DetectorConnectionFactory(secure), plain);
    connector.addBean(certificate);
    return connector;
  }

  private static void setUp(HttpConfiguration http) {
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(MAX_HEADER_BYTES);
    // Javalin's default accepts ambiguous URIs.
    http.setUriCompliance(
        http.getUriCompliance()
            .without(
                "fob",
                UriCompliance.Violation.FRAGMENT,
                UriCompliance.Violation.USER_INFO,
                UriCompliance.Violation.UTF16_ENCODINGS,
                UriCompliance.Violation.TRUNCATED_UTF8_ENCODING));
  }

  private static String machineName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "localhost";
    }
  }
}
