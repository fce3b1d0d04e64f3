package fob.fakemarathon;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A Marathon for tests: an HTTP server on 127.0.0.1 that behaves as Marathon 1.11 does. {@link
 * MarathonOptions#tasks} sets what runs the tasks. {@link #faults}, {@link #eventFaults} and the
 * methods that change the leader inject failures. Thread-safe. {@link #close} ends the server, its
 * event streams and all tasks.
 */
public final class FakeMarathon implements AutoCloseable {

  static {
    // Without this, a small reply on a kept connection waits 40 ms for the client's
    // acknowledgement.
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

  private FakeMarathon(MarathonOptions options) throws IOException {
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
            "/", new HttpFront(options, faults, counts, leadership, proxy, router, core.events));
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

  /** Starts a Marathon on a free port. It is the leader at once. */
  public static FakeMarathon start(MarathonOptions options) {
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

  /** The failures of requests. */
  public Faults faults() {
    return faults;
  }

  /** The failures of events. */
  public EventFaults eventFaults() {
    return core.events.faults();
  }

  /** The number of requests so far by kind, such as {@code "PUT /v2/apps/{id}"}; a snapshot. */
  public Map<String, Long> requests() {
    return counts.snapshot();
  }

  /** The number of open event streams. */
  public int eventStreams() {
    return core.events.readers();
  }

  /** Sends an event to all event streams. */
  public void publish(ObjectNode event) {
    core.events.publish(event);
  }

  /** Ends all event streams. */
  public void closeEventStreams() {
    core.events.closeAll();
  }

  /**
   * Makes a new leader lead: all event streams end, and no health results are known until {@link
   * #restoreHealth}.
   */
  public void switchLeader() {
    synchronized (core) {
      core.tasks.setHealthKnown(false);
    }
    core.events.closeAll();
  }

  /** Makes the health of every task known to the new leader. */
  public void restoreHealth() {
    synchronized (core) {
      core.tasks.setHealthKnown(true);
    }
  }

  /**
   * Makes this Marathon a standby.
   *
   * @param leader the leader that it redirects to; null if there is none
   */
  public void followLeader(@Nullable URI leader) {
    leadership.lead(leader);
    core.events.closeAll();
  }

  /** Makes this Marathon the leader again. */
  public void lead() {
    leadership.lead(leadership.self());
  }

  /** Revokes all DC/OS tokens: the next request with any of them gets 401. */
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
}
