package fob.gateway;

import fob.bus.Bus;
import fob.bus.BusHealth;
import fob.bus.Group;
import fob.bus.table.CodeStore;
import fob.bus.table.LayerReader;
import fob.bus.wire.PartChoice;
import fob.call.RequestIds;
import fob.gateway.call.CallHandler;
import fob.gateway.call.CallPublisher;
import fob.gateway.call.IdempotentCalls;
import fob.gateway.dead.DeadLetterHandler;
import fob.gateway.dead.DeadLetters;
import fob.gateway.function.FunctionInfoHandler;
import fob.gateway.function.Functions;
import fob.gateway.function.LayerHandler;
import fob.gateway.function.RegistrationHandler;
import fob.gateway.http.HttpServer;
import fob.gateway.http.Problem;
import fob.gateway.http.SlowClients;
import fob.gateway.log.LogFeed;
import fob.gateway.log.LogHandler;
import fob.gateway.publish.AsyncPublisher;
import fob.gateway.publish.ConfirmedPublisher;
import fob.gateway.reply.Replies;
import fob.gateway.reply.Waiting;
import fob.gateway.result.ResultHandler;
import fob.gateway.result.ResultReader;
import fob.gateway.secret.SecretDelivery;
import fob.gateway.secret.SecretHandler;
import fob.gateway.secret.Secrets;
import fob.service.Deadlines;
import fob.service.Service;
import io.javalin.Javalin;
import io.javalin.util.JavalinBindException;
import java.net.BindException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * One gateway. It listens at once, and {@code /readyz} tells what it waits for. After {@link
 * #connect} it serves. Thread-safe; single use.
 */
public final class Gateway implements AutoCloseable {

  private static final Duration LOAD = Duration.ofSeconds(60);

  private final Service parts = new Service();
  private final GatewayConfig config;
  private final HttpServer server;
  private final Javalin http;
  private final Waiting waiters;
  private volatile Routes.@Nullable Api api;
  private volatile @Nullable Readiness readiness;
  private volatile String waiting;
  private volatile @Nullable Functions functions;
  private volatile @Nullable LogFeed followed;

  private Gateway(GatewayConfig config) throws UnknownHostException {
    this.config = config;
    this.waiting = "waiting for Kafka at " + config.bus().bootstrapServers();
    this.waiters = Waiting.atMost(config.bounds().pending());
    Routes routes = new Routes(() -> Optional.ofNullable(api), this::unready, this::warning);
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
    } catch (UnknownHostException e) {
      throw new BindException("the host '%s' is unknown".formatted(config.host()));
    } catch (JavalinBindException e) {
      throw new BindException(
          "port %d on %s cannot be listened on: it is in use or not allowed"
              .formatted(config.port(), config.host()));
    }
  }

  /**
   * Begins to serve. The topics must exist. Blocks until it serves, for up to 60 s for each topic
   * that is read into memory. Where code is, is read afterwards.
   *
   * @throws IllegalStateException if Kafka cannot be read
   */
  public void connect(Bus bus) throws InterruptedException {
    InstantSource clock = InstantSource.system();
    BusHealth busHealth = parts.add(new BusHealth(bus));
    Functions known = parts.add(new Functions(bus.loops(), bus.follower()));
    known.start(Instant.now().plus(LOAD));
    CodeStore codes = parts.add(new CodeStore(bus));
    Producer<String, byte[]> producer = bus.producer();
    parts.add(() -> producer.close(Duration.ofSeconds(1)));
    Replies replies = parts.add(Replies.start(bus, waiters, RandomGenerator.getDefault(), clock));
    RequestIds ids = new RequestIds(clock, ThreadLocalRandom::current, replies.listener()::isMine);
    ConfirmedPublisher confirmed = new ConfirmedPublisher(producer, busHealth::problem);
    PartChoice choice = PartChoice.of(known::state, bus.partitions(Group.SHARDS.topics()));
    AsyncPublisher async = new AsyncPublisher(confirmed, choice, clock);
    CallPublisher calls =
        new CallPublisher(
            producer,
            waiters.calls(),
            ids,
            busHealth::problem,
            choice::record,
            async::note,
            new Deadlines());
    var bodies = server.bodies();
    Secrets secrets = parts.add(new Secrets(bus));
    secrets.start(Instant.now().plus(LOAD));
    DeadLetters dead =
        parts.add(DeadLetters.on(bus, confirmed, waiters.letters(), ids::next, clock));
    ResultReader results = parts.add(new ResultReader(bus, replies, clock));
    IdempotentCalls keyed = new IdempotentCalls(calls, confirmed, choice, waiters.keys(), results);
    LogFeed feed = LogFeed.start(bus.loops(), bus.reader());
    LogHandler logs = parts.add(new LogHandler(known, bus::reader, feed, clock));
    followed = feed;
    functions = known;
    // Last, since nothing waits for this, and it may take long.
    codes.begin();
    CallHandler handler =
        new CallHandler(
            name -> known.resolve(name).flatMap(known::spec), bodies, calls, async, keyed, clock);
    WarmUpCalls warmUp = parts.add(new WarmUpCalls(bus, producer, handler));
    api =
        new Routes.Api(
            handler,
            warmUp,
            new RegistrationHandler(known, bodies, confirmed, secrets::require, choice, clock),
            new FunctionInfoHandler(known, codes),
            new LayerHandler(known, parts.add(new LayerReader(bus)), server.downloads()),
            new ResultHandler(results, clock),
            new DeadLetterHandler(known, dead, ids::next),
            logs,
            new SecretHandler(known, bodies, confirmed, secrets, config.secretKeys()),
            new SecretDelivery(known, secrets, config.secretKeys()));
    warmUp.start(config.warmUp(), config.host(), port());
    readiness = parts.add(new Readiness(bus, busHealth, known, warmUp));
  }

  /** Sets what {@code /readyz} says that this waits for, until it serves. */
  public void waitsFor(String what) {
    waiting = what;
  }

  private Optional<Problem> unready() {
    Readiness known = readiness;
    return known == null ? Optional.of(Problem.busUnavailable(waiting)) : known.problem();
  }

  private Optional<String> warning() {
    Readiness known = readiness;
    return known == null ? Optional.empty() : known.warning();
  }

  /** Why this cannot serve now, as {@code /readyz} says it; empty if it can. */
  public Optional<String> whyUnready() {
    return unready().map(Problem::getMessage);
  }

  /**
   * Whether an active deployer has published its languages, so that functions can be registered.
   */
  public boolean knowsLanguages() {
    Functions known = functions;
    return known != null && known.platform().isPresent() && known.unvouched().isEmpty();
  }

  public int port() {
    return http.port();
  }

  /** Accepts no further requests, answers 503 to waiting callers, and stops within about 3 s. */
  @Override
  public void close() {
    waiters.cancelAll();
    LogFeed feed = followed;
    if (feed != null) {
      feed.stop();
    }
    http.stop();
    parts.close();
  }
}
