package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs one container's health check until its thread is interrupted. As with Mesos, it begins after
 * the check's delay. Until the first success it looks often, so that a task is seen to be healthy
 * soon; bad results are told once an interval, as they are counted.
 */
final class HealthPoller implements Runnable {

  private static final Duration EARLY = Duration.ofMillis(100);

  private final JsonNode check;
  private final String container;
  private final List<Integer> hostPorts;
  private final HttpClient client;
  private final TaskUpdates updates;

  HealthPoller(
      JsonNode check,
      String container,
      List<Integer> hostPorts,
      HttpClient client,
      TaskUpdates updates) {
    this.check = check;
    this.container = container;
    this.hostPorts = hostPorts;
    this.client = client;
    this.updates = updates;
  }

  @Override
  public void run() {
    Duration interval = Duration.ofSeconds(Math.max(1, check.path("intervalSeconds").asLong()));
    boolean succeeded = false;
    try {
      TimeUnit.SECONDS.sleep(check.path("delaySeconds").asLong());
      long lastFailure = System.nanoTime();
      while (!Thread.currentThread().isInterrupted()) {
        String cause = probe();
        boolean due = System.nanoTime() - lastFailure >= interval.toNanos();
        if (cause.isEmpty()) {
          succeeded = true;
          updates.health(true, "");
        } else if (succeeded || due) {
          lastFailure = System.nanoTime();
          updates.health(false, cause);
        }
        TimeUnit.NANOSECONDS.sleep((succeeded ? interval : EARLY).toNanos());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the container has ended
    }
  }

  /** The cause of bad health; empty when all is well. */
  private String probe() throws InterruptedException {
    Duration timeout = Duration.ofSeconds(Math.max(1, check.path("timeoutSeconds").asLong()));
    String protocol = check.path("protocol").asText();
    if (protocol.equals("COMMAND")) {
      DockerCli.Result result =
          DockerCli.run(
              "exec", container, "/bin/sh", "-c", check.path("command").path("value").asText());
      return result.isOk() ? "" : "Command exited with status " + result.exitCode();
    }
    int index = check.path("portIndex").asInt();
    int port = check.has("port") ? check.path("port").asInt() : hostPorts.get(index);
    try {
      return protocol.endsWith("TCP") ? connect(port, timeout) : get(port, timeout);
    } catch (IOException e) {
      return protocol + " health check failed: " + e;
    }
  }

  private static String connect(int port, Duration timeout) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) timeout.toMillis());
      return "";
    }
  }

  private String get(int port, Duration timeout) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + port + check.path("path").asText("/"));
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(timeout).build();
    int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    return status >= 200 && status < 400 ? "" : "HTTP health check got status " + status;
  }
}
