package fob.deployer.marathon;

import fob.fakemarathon.TaskLaunch;
import fob.fakemarathon.TaskRunner;
import fob.fakemarathon.TaskUpdates;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Every task is somewhere a server really listens, and is never healthy. */
final class UnhealthyTask implements TaskRunner {

  private final String host;
  private final int port;
  private final Map<String, TaskUpdates> live = new ConcurrentHashMap<>();
  private final ExecutorService thread = Executors.newSingleThreadExecutor();

  UnhealthyTask(String host, int port) {
    this.host = host;
    this.port = port;
  }

  @Override
  public void launch(TaskLaunch task, TaskUpdates updates) {
    live.put(task.taskId(), updates);
    thread.execute(() -> {
      updates.staging();
      updates.running(host, List.of(port), "172.17.0.2");
      updates.health(false, "503");
    });
  }

  /** Ends all tasks. */
  void end(String state, String message) {
    for (String task : Set.copyOf(live.keySet())) {
      TaskUpdates updates = live.remove(task);
      if (updates != null) {
        thread.execute(() -> updates.ended(state, message));
      }
    }
  }

  @Override
  public void kill(String taskId) {
    TaskUpdates updates = live.remove(taskId);
    if (updates != null) {
      thread.execute(() -> updates.ended("TASK_KILLED", ""));
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
