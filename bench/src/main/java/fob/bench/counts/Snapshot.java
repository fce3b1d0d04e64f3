package fob.bench.counts;

import java.util.Map;

/** What all threads had used at a time. */
public record Snapshot(Map<ThreadId, Proc.Task> threads) {

  public Snapshot {
    threads = Map.copyOf(threads);
  }

  Use use(ThreadId thread) {
    Proc.Task task = threads.get(thread);
    return task == null ? Use.NONE : task.use();
  }
}
