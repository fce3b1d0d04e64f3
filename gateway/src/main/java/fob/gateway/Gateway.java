package fob.gateway;

import fob.bus.Bus;
import fob.gateway.http.HttpServer;
import fob.gateway.http.Problem;
import fob.gateway.http.SlowClients;
import fob.gateway.reply.Waiting;
import fob.service.Service;
import io.javalin.Javalin;
import io.javalin.util.JavalinBindException;
import java.net.BindException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One gateway. It listens at once, and {@code /readyz} tells what it waits for. After {@link
 * #connect} it serves. Thread-safe; single use.
 */
public final class Gateway implements AutoCloseable {

  private final Service parts = new Service();
  private final GatewayConfig config;
  private final HttpServer server;
  private final Javalin http;
  private final Waiting waiters;
  private volatile @Nullable Connection connection;
  private volatile @Nullable Readiness readiness;
  private volatile String waiting;

  private Gateway(GatewayConfig config) throws UnknownHostException {
    this.config = config;
    this.waiting = "waiting for Kafka at " + config.bus().bootstrapServers();
    this.waiters = Waiting.atMost(config.bounds().pending());
    Routes routes = new Routes(this::api, this::unready, this::warning);
    this.server = new HttpServer(config.http(), SlowClients.Limits.STANDARD);
    this.http = server.create(routes::register);
  }

  /**
   * Starts a gateway that listens and does not serve yet.
   *
   * @throws BindException if the address is in use or not this machine's; the message is for the
   *     user
   */
  public static Gateway listen(GatewayConfig config) throws BindException {
    try {
      Gateway gateway = new Gateway(config);
      gateway.http.start();
      return gateway;
    } catch (UnknownHostException | JavalinBindException e) {
      throw config.http().cannotListen(e);
    }
  }

  /**
   * Begins to serve. The topics must exist. Blocks until it serves, for up to 60 s for each topic
   * that is read into memory. Where code is, is read afterwards.
   *
   * @throws IllegalStateException if Kafka cannot be read
   */
  public void connect(Bus bus) throws InterruptedException {
    Connection opened = Connection.open(bus, config, server, waiters, parts);
    connection = opened;
    server.showIn(bus.metrics().registry());
    opened
        .warmUp()
        .start(
            config.warmUp(),
            patience ->
                new OwnClient(config.host(), port(), opened.ownKey(), config.tls(), patience));
    readiness = opened.readiness();
  }

  /** Sets what {@code /readyz} says that this waits for, until it serves. */
  public void waitsFor(String what) {
    waiting = what;
  }

  private Optional<Api> api() {
    return Optional.ofNullable(connection).map(Connection::api);
  }

  private Optional<Problem> unready() {
    Readiness known = readiness;
    return known == null ? Optional.of(Problem.busUnavailable(waiting)) : known.problem();
  }

  private Optional<String> warning() {
    return Stream.of(Optional.ofNullable(readiness).flatMap(Readiness::warning), server.warning())
        .flatMap(Optional::stream)
        .reduce((one, other) -> one + "; " + other);
  }

  /** Why this cannot serve now, as {@code /readyz} says it; empty if it can. */
  public Optional<String> whyUnready() {
    return unready().map(Problem::getMessage);
  }

  /**
   * Whether an active deployer has published its languages, so that functions can be registered.
   */
  public boolean knowsLanguages() {
    Connection open = connection;
    return open != null
        && open.functions().platform().isPresent()
        && open.functions().unvouched().isEmpty();
  }

  public int port() {
    return http.port();
  }

  /** Accepts no further requests, answers 503 to waiting callers, and stops within about 3 s. */
  @Override
  public void close() {
    waiters.cancelAll();
    Connection open = connection;
    if (open != null) {
      open.endStreams();
    }
    http.stop();
    parts.close();
  }
}
