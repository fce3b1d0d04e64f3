package fob.gateway;

import fob.bus.Bus;
import fob.bus.BusHealth;
import fob.bus.CodeStore;
import fob.call.RequestIds;
import fob.service.Service;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.util.JavalinBindException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.Producer;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP side of fob. It listens at once and says on {@code /readyz} what it waits for; {@link
 * #connect} makes it serve. Single use.
 */
public final class Gateway implements AutoCloseable {

  private static final Duration STOP = Duration.ofSeconds(2);
  private static final Duration LOAD = Duration.ofSeconds(60);

  /** Of the request line and all headers: the parameters of a GET call are in there. */
  private static final int MAX_HEADER_BYTES = 64 * 1024;

  /** Of bodies, as Javalin sees it; {@link Bodies} has the real bound. */
  private static final long MAX_REQUEST_SIZE = Long.MAX_VALUE;

  private final GatewayConfig config;
  private final Service parts = new Service();
  private final Javalin http;
  private final PendingCalls pending;
  private volatile Routes.@Nullable Api api;
  private volatile @Nullable BusHealth health;
  private volatile @Nullable Functions functions;

  private Gateway(GatewayConfig config) {
    this.config = config;
    this.pending = new PendingCalls(config.maxPending());
    Routes routes = new Routes(() -> Optional.ofNullable(api), this::unready);
    this.http =
        Javalin.create(javalin -> {
          javalin.concurrency.useVirtualThreads = true;
          javalin.jetty.host = config.host();
          javalin.jetty.port = config.port();
          javalin.http.maxRequestSize = MAX_REQUEST_SIZE;
          javalin.http.prefer405over404 = true;
          javalin.http.compressionStrategy = CompressionStrategy.NONE;
          javalin.startup.showJavalinBanner = false;
          javalin.startup.showOldJavalinVersionWarning = false;
          javalin.startup.startupWatcherEnabled = false;
          javalin.jetty.modifyServer(jetty -> {
            jetty.setErrorHandler(new JettyErrors());
            // Stopping waits so long for requests under way.
            jetty.setStopTimeout(STOP.toMillis());
            jetty.insertHandler(new GracefulHandler());
          });
          javalin.jetty.modifyHttpConfiguration(jetty -> {
            jetty.setSendServerVersion(false);
            jetty.setRequestHeaderSize(MAX_HEADER_BYTES);
          });
          routes.register(javalin.routes);
        });
  }

  /**
   * Listens.
   *
   * @throws BindException if the address is taken or not ours; the message is for the user
   */
  public static Gateway listen(GatewayConfig config) throws BindException {
    if (new InetSocketAddress(config.host(), config.port()).isUnresolved()) {
      throw new BindException("the host '%s' is unknown".formatted(config.host()));
    }
    Gateway gateway = new Gateway(config);
    try {
      gateway.http.start();
    } catch (JavalinBindException e) {
      throw new BindException(
          "port %d on %s cannot be listened on: it is in use or not allowed"
              .formatted(config.port(), config.host()));
    }
    return gateway;
  }

  /**
   * Serves, with the topics in place. Returns once it does.
   *
   * @throws IllegalStateException if the bus cannot be read
   */
  public void connect(Bus bus) throws InterruptedException {
    InstantSource clock = InstantSource.system();
    BusHealth busHealth = parts.add(new BusHealth(bus));
    Functions known = parts.add(new Functions(bus));
    known.start(Instant.now().plus(LOAD));
    CodeStore codes = parts.add(new CodeStore(bus));
    codes.start(Instant.now().plus(LOAD));
    Producer<String, byte[]> producer = bus.producer();
    parts.add(() -> producer.close(Duration.ofSeconds(1)));
    RandomGenerator random = RandomGenerator.getDefault();
    ReplyListener replies = parts.add(ReplyListener.start(bus, pending, random));
    RequestIds ids = new RequestIds(clock, ThreadLocalRandom::current, replies::isMine);
    ConfirmedPublisher confirmed = new ConfirmedPublisher(producer, busHealth);
    AsyncPublisher async = new AsyncPublisher(confirmed);
    CallPublisher calls = new CallPublisher(producer, pending, ids, busHealth, async);
    DeadLetters dead = parts.add(new DeadLetters(bus));
    dead.start(Instant.now().plus(LOAD));
    Claims claims = parts.add(new Claims(bus, confirmed));
    claims.start(Instant.now().plus(LOAD));
    ResultReader results = parts.add(new ResultReader(bus));
    health = busHealth;
    functions = known;
    api =
        new Routes.Api(
            new CallHandler(
                functions,
                calls,
                async,
                new IdempotentCalls(claims, calls, async, confirmed, results),
                clock),
            new GenHandler(known, confirmed, clock),
            new FunctionsHandler(known, codes),
            new ResultsHandler(results, clock),
            new DeadHandler(known, dead, async, confirmed, ids::next));
  }

  private Optional<String> unready() {
    BusHealth known = health;
    return known == null
        ? Optional.of("waiting for Kafka at " + config.bus().bootstrapServers())
        : known.problem();
  }

  /** Whether a deployer has told what it offers, so that functions can be registered. */
  public boolean knowsLanguages() {
    Functions known = functions;
    return known != null && known.platform().isPresent();
  }

  public int port() {
    return http.port();
  }

  /** Takes no further requests, tells those who wait that it stops, then stops. */
  @Override
  public void close() {
    pending.cancelAll();
    http.stop();
    parts.close();
  }
}
