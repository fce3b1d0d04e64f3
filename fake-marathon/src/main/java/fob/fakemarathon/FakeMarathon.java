package fob.fakemarathon;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A Marathon for tests: an HTTP server on 127.0.0.1 that behaves as Marathon 1.11 does. What runs
 * tasks is {@link Options#tasks}; what goes wrong is up to {@link #faults}, {@link #eventFaults}
 * and the other knobs. Thread-safe. {@link #close} ends the server, its streams and all tasks.
 */
public final class FakeMarathon implements AutoCloseable {

  static {
    // without it a small answer on a kept connection waits 40 ms for the client's acknowledgement
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ExecutorService threads;
  private final Timeline timeline;
  private final TaskRunner runner;
  private final Core core;
  private final Access access;
  private final Faults faults = new Faults();
  private final RequestCounts counts = new RequestCounts();
  private final Leadership leadership;
  private final LeaderProxy proxy;

  private FakeMarathon(Options options) throws IOException {
    timeline = new Timeline(options.timeScale);
    runner = options.tasks;
    runner.attach(timeline);
    core = new Core(options, runner, timeline);
    server = bind(options.tls);
    String scheme = options.tls == null ? "http" : "https";
    leadership =
        new Leadership(
            URI.create(
                scheme + "://127.0.0.1:" + server.getAddress().getPort() + options.pathPrefix));
    proxy = new LeaderProxy(leadership, options.leaderPatience);
    access = options.access;
    threads = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(threads);
    Router router = new Router(core, leadership::hostAndPort);
    var _ =
        server.createContext(
            "/",
            new HttpFront(options, access, faults, counts, leadership, proxy, router, core.events));
    server.start();
  }

  private static HttpServer bind(@Nullable SSLContext tls) throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    if (tls == null) {
      return HttpServer.create(address, 0);
    }
    HttpsServer https = HttpsServer.create(address, 0);
    https.setHttpsConfigurator(new HttpsConfigurator(tls));
    return https;
  }

  /** Starts a Marathon on a free port; it leads at once. */
  public static FakeMarathon start(Options options) {
    try {
      return new FakeMarathon(options);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("could not bind a port of 127.0.0.1", e);
    }
  }

  /** The base URL, with the path prefix and no slash at its end. */
  public URI url() {
    return leadership.self();
  }

  /** What goes wrong with requests. */
  public Faults faults() {
    return faults;
  }

  /** What goes wrong with events. */
  public EventFaults eventFaults() {
    return core.events.faults();
  }

  /** Requests so far by kind, such as {@code "PUT /v2/apps/{id}"}; a snapshot. */
  public Map<String, Long> requests() {
    return counts.snapshot();
  }

  /** How many event streams are open. */
  public int eventStreams() {
    return core.events.readers();
  }

  /** Sends an event to all streams as if it had happened. */
  public void publish(ObjectNode event) {
    core.events.publish(event);
  }

  /** Ends all event streams. */
  public void closeEventStreams() {
    core.events.closeAll();
  }

  /** A new leader: streams end, and no health results are known until {@link #restoreHealth}. */
  public void switchLeader() {
    synchronized (core) {
      core.tasks.setHealthKnown(false);
    }
    core.events.closeAll();
  }

  /** The new leader has heard of every task's health. */
  public void restoreHealth() {
    synchronized (core) {
      core.tasks.setHealthKnown(true);
    }
  }

  /** From now on a standby: of that leader, or of nobody when there is none. */
  public void followLeader(@Nullable URI leader) {
    leadership.lead(leader);
    core.events.closeAll();
  }

  /** Leads again. */
  public void lead() {
    leadership.lead(leadership.self());
  }

  /** Ends the life of all DC/OS tokens: the next request of each is answered with 401. */
  public void revokeTokens() {
    if (access instanceof DcosAccess dcos) {
      dcos.revoke();
    }
  }

  @Override
  public void close() {
    synchronized (core) {
      core.tasks.stop();
    }
    core.events.closeAll();
    faults.none();
    server.stop(0);
    threads.shutdownNow();
    proxy.close();
    timeline.close();
    runner.close();
  }

  /**
   * How a fake Marathon is set up; every setter changes this object and returns it. It is read
   * once, by {@link #start}. Not thread-safe.
   */
  public static final class Options {

    String version = "1.11.24";
    String mesosRole = "*";
    int maxRunningDeployments = 100;
    boolean secrets;
    Access access = Access.open();
    String pathPrefix = "";
    @Nullable SSLContext tls;
    TaskRunner tasks = ScriptedTasks.healthy();
    double timeScale = 1;
    int minServicePort = 10_000;
    int maxServicePort = 20_000;
    int eventBuffer = 1024;
    Duration heartbeat = Duration.ofSeconds(10);
    Duration offerInterval = Duration.ofSeconds(1);
    Duration leaderPatience = Duration.ofMillis(2500);
    int maxConcurrentRequests = Integer.MAX_VALUE;

    /** What {@code GET /v2/info} says; 1.11.24 unless set. */
    public Options version(String value) {
      version = value;
      return this;
    }

    /** {@code --mesos_role}; {@code *} unless set. */
    public Options mesosRole(String value) {
      mesosRole = value;
      return this;
    }

    /** {@code --max_running_deployments}; 100 unless set. */
    public Options maxRunningDeployments(int value) {
      maxRunningDeployments = value;
      return this;
    }

    /** {@code --enable_features secrets}; off unless set. */
    public Options secrets(boolean enabled) {
      secrets = enabled;
      return this;
    }

    /** {@code --http_credentials}, as {@code user:password}. */
    public Options basicAuth(String userAndPassword) {
      access = Access.basic(userAndPassword);
      return this;
    }

    /** DC/OS Enterprise's login for one service account, and how long its tokens live. */
    public Options dcosAuth(String uid, PublicKey key, Duration tokenLife) {
      access = new DcosAccess(uid, key, tokenLife);
      return this;
    }

    /** What all paths begin with, such as {@code /service/marathon}; no slash at the end. */
    public Options pathPrefix(String value) {
      pathPrefix = value;
      return this;
    }

    /** Serves HTTPS with this context. */
    public Options tls(SSLContext context) {
      tls = context;
      return this;
    }

    /** What runs tasks; every one is healthy at once unless set. It is closed with the server. */
    public Options tasks(TaskRunner runner) {
      tasks = runner;
      return this;
    }

    /** How many times faster than the world backoff, grace and tasks' delays go; 1 unless set. */
    public Options timeScale(double value) {
      timeScale = value;
      return this;
    }

    /** {@code --local_port_min} and {@code --local_port_max}; 10000 to 20000 unless set. */
    public Options servicePorts(int min, int max) {
      minServicePort = min;
      maxServicePort = max;
      return this;
    }

    /** {@code --event_stream_max_outstanding_messages}; 1024 unless set. */
    public Options eventBuffer(int value) {
      eventBuffer = value;
      return this;
    }

    /** How long an event stream may be silent; 10 seconds unless set. */
    public Options heartbeat(Duration value) {
      heartbeat = value;
      return this;
    }

    /** How often there are offers, in Marathon's time; a second unless set. */
    public Options offerInterval(Duration value) {
      offerInterval = value;
      return this;
    }

    /** How long a standby waits for a leader before 502; 2.5 seconds unless set. */
    public Options leaderPatience(Duration value) {
      leaderPatience = value;
      return this;
    }

    /** {@code --http_max_concurrent_requests}; no limit unless set. */
    public Options maxConcurrentRequests(int value) {
      maxConcurrentRequests = value;
      return this;
    }
  }
}
