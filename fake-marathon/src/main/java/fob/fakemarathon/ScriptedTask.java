package fob.fakemarathon;

/** One task that follows a script. Guarded by the {@link ScriptedTasks} that launched it. */
final class ScriptedTask {

  final TaskLaunch task;
  final TaskUpdates updates;
  final Script script;

  /** Whether the next health result of a flapping task is "healthy". */
  boolean healthyNext;

  ScriptedTask(TaskLaunch task, TaskUpdates updates, Script script) {
    this.task = task;
    this.updates = updates;
    this.script = script;
  }
}
