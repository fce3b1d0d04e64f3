package fob.fakemarathon;

import java.security.PublicKey;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a fake Marathon. Every setter changes this object and returns it. {@link
 * FakeMarathon#start} reads them once. Not thread-safe.
 */
public final class MarathonOptions {

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

  /** The version in {@code GET /v2/info}; 1.11.24 unless set. */
  public MarathonOptions version(String value) {
    version = value;
    return this;
  }

  /** {@code --mesos_role}; {@code *} unless set. */
  public MarathonOptions mesosRole(String value) {
    mesosRole = value;
    return this;
  }

  /** {@code --max_running_deployments}; 100 unless set. */
  public MarathonOptions maxRunningDeployments(int value) {
    maxRunningDeployments = value;
    return this;
  }

  /** {@code --enable_features secrets}; off unless set. */
  public MarathonOptions secrets(boolean enabled) {
    secrets = enabled;
    return this;
  }

  /** {@code --http_credentials}, as {@code user:password}. */
  public MarathonOptions basicAuth(String userAndPassword) {
    access = Access.basic(userAndPassword);
    return this;
  }

  /** The login of DC/OS Enterprise for one service account, with the lifetime of its tokens. */
  public MarathonOptions dcosAuth(String uid, PublicKey key, Duration tokenLife) {
    access = new DcosAccess(uid, key, tokenLife);
    return this;
  }

  /** The prefix of all paths, such as {@code /service/marathon}, without a slash at the end. */
  public MarathonOptions pathPrefix(String value) {
    pathPrefix = value;
    return this;
  }

  /** Serves HTTPS with this context. */
  public MarathonOptions tls(SSLContext context) {
    tls = context;
    return this;
  }

  /**
   * The runner of tasks; unless set, every task is healthy at once. It is closed with the server.
   */
  public MarathonOptions tasks(TaskRunner runner) {
    tasks = runner;
    return this;
  }

  /** The factor by which backoff, grace periods and tasks' delays are shortened; 1 unless set. */
  public MarathonOptions timeScale(double value) {
    timeScale = value;
    return this;
  }

  /** {@code --local_port_min} and {@code --local_port_max}; 10000 to 20000 unless set. */
  public MarathonOptions servicePorts(int min, int max) {
    minServicePort = min;
    maxServicePort = max;
    return this;
  }

  /** {@code --event_stream_max_outstanding_messages}; 1024 unless set. */
  public MarathonOptions eventBuffer(int value) {
    eventBuffer = value;
    return this;
  }

  /** The longest silence of an event stream; 10 seconds unless set. */
  public MarathonOptions heartbeat(Duration value) {
    heartbeat = value;
    return this;
  }

  /** The time between two offers, before {@link #timeScale}; 1 second unless set. */
  public MarathonOptions offerInterval(Duration value) {
    offerInterval = value;
    return this;
  }

  /** How long a standby waits for a leader before 502; 2.5 seconds unless set. */
  public MarathonOptions leaderPatience(Duration value) {
    leaderPatience = value;
    return this;
  }

  /** {@code --http_max_concurrent_requests}; no limit unless set. */
  public MarathonOptions maxConcurrentRequests(int value) {
    maxConcurrentRequests = value;
    return this;
  }
}
