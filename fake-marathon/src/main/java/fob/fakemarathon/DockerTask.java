package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * One container from its start to its removal. {@link #run} is the thread of its life; {@link
 * #kill} may be called by any other.
 */
final class DockerTask implements Runnable {

  private static final int ATTEMPTS = 5;
  private static final int DEFAULT_GRACE_SECONDS = 3;

  private final TaskLaunch task;
  private final TaskUpdates updates;
  private final String label;
  private final HttpClient client;
  private final String name = "mesos-" + UUID.randomUUID();
  private List<Integer> hostPorts = List.of();
  private boolean started; // guarded by this
  private boolean killed; // guarded by this

  DockerTask(TaskLaunch task, TaskUpdates updates, String label, HttpClient client) {
    this.task = task;
    this.updates = updates;
    this.label = label;
    this.client = client;
  }

  @Override
  public void run() {
    updates.staging();
    DockerCli.Result created = create();
    if (!created.isOk()) {
      remove();
      end("TASK_FAILED", "Failed to launch container: " + created.err());
      return;
    }
    if (markStarted()) {
      stop(); // the kill came while the container was made
    }
    DockerCli.Result ip =
        DockerCli.run(
            "inspect",
            "--format",
            "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
            name);
    updates.running("127.0.0.1", hostPorts, ip.out());
    Thread health = startHealthCheck();
    DockerCli.Result exit = DockerCli.run("wait", name);
    health.interrupt();
    remove();
    end(exit.out());
  }

  private DockerCli.Result create() {
    DockerCli.Result result = new DockerCli.Result(-1, "", "not tried");
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      hostPorts = freePorts();
      result = DockerCli.runToEnd(DockerCommand.of(task, name, label, hostPorts));
      boolean portTaken =
          result.err().contains("port is already allocated")
              || result.err().contains("address already in use");
      if (result.isOk() || !portTaken) {
        return result;
      }
      remove();
    }
    return result;
  }

  private List<Integer> freePorts() {
    List<Integer> ports = new ArrayList<>();
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (JsonNode mapping : task.app().path("container").path("portMappings")) {
        int fixed = mapping.path("hostPort").asInt();
        if (fixed != 0) {
          ports.add(fixed);
          continue;
        }
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        held.add(socket);
        ports.add(socket.getLocalPort());
      }
      return ports;
    } catch (IOException e) {
      throw new UncheckedIOException("no free port of 127.0.0.1", e);
    } finally {
      held.forEach(DockerTask::close);
    }
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Thread startHealthCheck() {
    JsonNode check = task.app().path("healthChecks").path(0);
    if (check.isMissingNode()) {
      return Thread.ofVirtual().unstarted(() -> {});
    }
    return Thread.ofVirtual().start(new HealthPoller(check, name, hostPorts, client, updates));
  }

  private synchronized boolean markStarted() {
    started = true;
    return killed;
  }

  private synchronized boolean markKilled() {
    killed = true;
    return started;
  }

  private synchronized boolean isKilled() {
    return killed;
  }

  /** Lets the container end in its grace period, on a thread of its own. */
  void kill() {
    if (markKilled()) {
      Thread.ofVirtual().start(this::stop);
    }
  }

  private void stop() {
    int grace = task.app().path("taskKillGracePeriodSeconds").asInt(DEFAULT_GRACE_SECONDS);
    DockerCli.run("stop", "--time=" + grace, name);
  }

  private void remove() {
    DockerCli.run("rm", "--force", "--volumes", name);
  }

  private void end(String exitCode) {
    if (isKilled()) {
      end("TASK_KILLED", "Container killed");
    } else if (exitCode.equals("0")) {
      end("TASK_FINISHED", "Container exited with status 0");
    } else {
      end("TASK_FAILED", "Container exited with status " + exitCode);
    }
  }

  private void end(String state, String message) {
    updates.ended(isKilled() ? "TASK_KILLED" : state, message);
  }
}
