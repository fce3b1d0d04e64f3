package fob.bench.counts;

import java.util.Map;

/** What all threads had used at a time. */
public record Snapshot(Map<ThreadId, Proc.Task> threads) {

  public Snapshot {
    threads = Map.copyOf(threads);
  }

  /** Returns how many threads fob's JVMs had. */
  public int threadsOfFob() {
    return Math.toIntExact(
        threads.keySet().stream().filter(each -> each.owner() == ThreadId.Owner.FOB).count());
  }

  Use use(ThreadId thread) {
    Proc.Task task = threads.get(thread);
    return task == null ? Use.NONE : task.use();
  }
}
