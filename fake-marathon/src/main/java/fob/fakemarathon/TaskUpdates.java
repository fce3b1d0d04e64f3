package fob.fakemarathon;

import java.util.List;

/**
 * Where a {@link TaskRunner} reports what becomes of one task. Thread-safe; reports about a task
 * that has ended are ignored.
 */
public interface TaskUpdates {

  /** The agent has the task. */
  void staging();

  /** The executor is starting it. */
  void starting();

  /**
   * It runs.
   *
   * @param host where it is reached
   * @param ports the host ports, in the order of the app's port mappings
   * @param containerIp the container's own address
   */
  void running(String host, List<Integer> ports, String containerIp);

  /** A health check's result, with the cause of a bad one. */
  void health(boolean alive, String cause);

  /**
   * It has ended.
   *
   * @param state Mesos' terminal state, such as {@code TASK_FAILED}
   * @param message the cause, for a person
   */
  void ended(String state, String message);
}
