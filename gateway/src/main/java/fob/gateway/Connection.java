package fob.gateway;

import fob.access.KeyText;
import fob.bus.Bus;
import fob.bus.BusHealth;
import fob.bus.Group;
import fob.bus.loop.BusStatus;
import fob.bus.table.CodeStore;
import fob.bus.table.LayerReader;
import fob.bus.table.TopicFollower;
import fob.bus.wire.PartChoice;
import fob.bus.wire.Topics;
import fob.call.RequestIds;
import fob.gateway.access.Access;
import fob.gateway.access.AuditHandler;
import fob.gateway.access.AuditLog;
import fob.gateway.access.Clients;
import fob.gateway.access.KeyHandler;
import fob.gateway.access.Keys;
import fob.gateway.access.Quotas;
import fob.gateway.call.CallContext;
import fob.gateway.call.CallHandler;
import fob.gateway.call.CallPublisher;
import fob.gateway.call.IdempotentCalls;
import fob.gateway.dead.DeadLetterHandler;
import fob.gateway.dead.DeadLetters;
import fob.gateway.function.FunctionInfoHandler;
import fob.gateway.function.Functions;
import fob.gateway.function.LayerHandler;
import fob.gateway.function.NameHandler;
import fob.gateway.function.RegistrationHandler;
import fob.gateway.history.CallHistoryHandler;
import fob.gateway.http.EventStreams;
import fob.gateway.http.HttpServer;
import fob.gateway.live.EventsHandler;
import fob.gateway.live.LiveFigures;
import fob.gateway.live.LiveHandler;
import fob.gateway.log.LogFeed;
import fob.gateway.log.LogHandler;
import fob.gateway.mcp.McpHandler;
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
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.Producer;

/**
 * What a gateway has once it has reached Kafka. Thread-safe.
 *
 * @param api the handlers of requests
 * @param ownKey the key with which the gateway calls itself
 */
record Connection(
    Api api,
    Functions functions,
    LogFeed logs,
    EventStreams streams,
    Readiness readiness,
    KeyText ownKey) {

  private static final Duration LOAD = Duration.ofSeconds(60);

  /**
   * Reads what must be in memory. Blocks for up to 60 s for each topic.
   *
   * @param parts gets everything that is to be closed
   * @throws IllegalStateException if Kafka cannot be read, or everybody could use this gateway; the
   *     message is for the user
   */
  static Connection open(
      Bus bus, GatewayConfig config, HttpServer server, Waiting waiters, Service parts)
      throws InterruptedException {
    InstantSource clock = InstantSource.system();
    BusHealth busHealth = parts.add(new BusHealth(bus));
    Functions known = parts.add(new Functions(bus.loops(), bus.follower()));
    known.start(Instant.now().plus(LOAD));
    CodeStore codes = parts.add(new CodeStore(bus));
    Producer<String, byte[]> producer = bus.producer();
    parts.add(() -> producer.close(Duration.ofSeconds(1)));
    Replies replies = parts.add(Replies.start(bus, waiters, RandomGenerator.getDefault(), clock));
    // Whoever knows a request id may see the result: nobody may guess the ids of others.
    SecureRandom secure = new SecureRandom();
    RequestIds ids = new RequestIds(clock, () -> secure, replies.listener()::isMine);
    ConfirmedPublisher confirmed = new ConfirmedPublisher(producer, busHealth::problem);
    Keys keys = parts.add(Keys.start(bus, config.access(), Instant.now().plus(LOAD)));
    Clients clients =
        new Clients(keys, server.address(), config.access().insecure(), config.secretKeys(), clock);
    clients.requireSafe();
    Access access = new Access(clients, known::spec, new AuditLog(confirmed, clock));
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
    Secrets secrets = parts.add(Secrets.start(bus, Instant.now().plus(LOAD)));
    var dead = parts.add(DeadLetters.on(bus, confirmed, waiters.letters(), ids::next, clock));
    ResultReader results = parts.add(new ResultReader(bus, replies, clock));
    IdempotentCalls keyed = new IdempotentCalls(calls, confirmed, choice, waiters.keys(), results);
    LogFeed feed = LogFeed.start(bus.loops(), bus.reader());
    var logs = parts.add(new LogHandler(known, bus::reader, feed, clock));
    var history =
        parts.add(new CallHistoryHandler(known, choice, bus::searcher, bus::reader, clock));
    // Last, since nothing waits for this, and it may take long.
    codes.begin();
    var handler =
        new CallHandler(
            known::requireForCall,
            bodies,
            calls,
            async,
            keyed,
            new CallContext(clock, bus.traces()));
    BusStatus status = parts.add(new BusStatus(bus));
    LiveFigures figures = new LiveFigures(clock);
    TopicFollower activity =
        parts.add(new TopicFollower(bus.loops(), Topics.ACTIVITY, bus.follower(), figures));
    var _ = activity.begin();
    WarmUpCalls warmUp = parts.add(new WarmUpCalls(bus, producer, handler));
    Quotas quotas = new Quotas(System::nanoTime);
    EventStreams streams = parts.add(new EventStreams());
    KeyHandler keyHandler = new KeyHandler(keys, clients, confirmed, bodies, clock);
    AuditHandler audit = parts.add(new AuditHandler(bus::reader));
    FunctionInfoHandler functions = new FunctionInfoHandler(access, known, codes, streams);
    LiveHandler live = new LiveHandler(figures, access, known, streams, clock);
    BusHandler busHandler = new BusHandler(status);
    Api api =
        new Api(
            access,
            quotas,
            keyHandler,
            audit,
            handler,
            warmUp,
            new RegistrationHandler(known, bodies, confirmed, secrets::require, choice, clock),
            functions,
            new NameHandler(known, bodies, confirmed, clock),
            new LayerHandler(access, known, parts.add(new LayerReader(bus)), server.downloads()),
            new ResultHandler(results, clock),
            new DeadLetterHandler(access, known, dead, ids::next),
            logs,
            new McpHandler(known, bodies, handler, quotas),
            history,
            new SecretHandler(known, bodies, confirmed, secrets, config.secretKeys()),
            new SecretDelivery(known, secrets, config.secretKeys()),
            new MetricsHandler(bus.metrics(), new TopicMetrics(status, bus.metrics().registry())),
            live,
            new EventsHandler(Subjects.of(functions, live, keyHandler, audit, busHandler), streams),
            busHandler);
    Readiness readiness = parts.add(new Readiness(bus, busHealth, known, warmUp));
    return new Connection(api, known, feed, streams, readiness, keys.internal());
  }

  /** Ends the replies that go on until their client goes. */
  void endStreams() {
    logs.stop();
    api.history().stop();
    streams.close();
  }

  WarmUpCalls warmUp() {
    return api.warmUp();
  }
}
