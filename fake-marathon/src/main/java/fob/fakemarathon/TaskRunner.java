package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * What runs tasks: Mesos' part. The fake Marathon calls it under its lock, so no method may block
 * or call {@link TaskUpdates} before it returns.
 */
public interface TaskRunner extends AutoCloseable {

  /** Called once, before anything else. */
  default void attach(Timeline timeline) {}

  /**
   * Why no offer fits the app now, in the words of {@code GET /v2/queue}, such as {@code
   * InsufficientMemory}; an empty text when there are no offers at all; absent when one fits.
   */
  default Optional<String> rejects(JsonNode app) {
    return Optional.empty();
  }

  /** Starts a task, and reports all that becomes of it to {@code updates}, from any thread. */
  void launch(TaskLaunch task, TaskUpdates updates);

  /** Ends a task, which is then reported as {@code TASK_KILLED}; nothing for an unknown one. */
  void kill(String taskId);

  /** Ends all tasks and removes what they left. */
  @Override
  default void close() {}
}
