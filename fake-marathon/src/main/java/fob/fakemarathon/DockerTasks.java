package fob.fakemarathon;

import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Runs every task as a real Docker container of its app's image, through the {@code docker}
 * command. Images are never pulled. Ports are published on 127.0.0.1. Health checks go by the
 * world's time, whatever the time scale. {@link #close} removes every container that is left; each
 * has the label {@link #label}. Thread-safe.
 */
public final class DockerTasks implements TaskRunner {

  private final String label = "fob.fakemarathon=" + UUID.randomUUID();
  private final Map<String, DockerTask> tasks = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

  /** Whether a Docker engine answers. */
  public static boolean isAvailable() {
    return DockerCli.run("version", "--format", "{{.Server.Version}}").isOk();
  }

  /** The label, as {@code name=value}, that all containers of this runner have. */
  public String label() {
    return label;
  }

  /** The ids of the tasks whose containers have not been removed yet. */
  public Set<String> live() {
    return Set.copyOf(tasks.keySet());
  }

  @Override
  public void launch(TaskLaunch task, TaskUpdates updates) {
    DockerTask container = new DockerTask(task, updates, label, client);
    tasks.put(task.taskId(), container);
    threads.execute(() -> {
      try {
        container.run();
      } catch (RuntimeException e) {
        updates.ended("TASK_FAILED", "Failed to launch container: " + e.getMessage());
      } finally {
        tasks.remove(task.taskId());
      }
    });
  }

  @Override
  public void kill(String taskId) {
    DockerTask task = tasks.get(taskId);
    if (task != null) {
      task.kill();
    }
  }

  @Override
  public void close() {
    // first the threads, so that nothing is started after the last look at what is there
    threads.shutdownNow();
    threads.close();
    DockerCli.Result left = DockerCli.run("ps", "--all", "--quiet", "--filter", "label=" + label);
    if (!left.out().isEmpty()) {
      List<String> remove = new ArrayList<>(List.of("rm", "--force", "--volumes"));
      remove.addAll(left.out().lines().toList());
      DockerCli.run(remove);
    }
    client.shutdownNow();
  }
}
