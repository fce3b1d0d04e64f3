package fob.bench.counts;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Counts what the threads of fob's JVMs, of functions, and of this JVM use, which makes the load. A
 * thread that ends between two snapshots is not counted. Used by one thread at a time.
 */
public final class Meter {

  private final Proc proc = new Proc(Path.of("/proc"));
  private final ThreadNames names = new ThreadNames();
  private final Supplier<? extends Collection<Long>> jvms;
  private final Supplier<? extends Collection<Long>> functions;

  /**
   * @param jvms the ids of the processes of fob's running JVMs
   * @param functions the ids of the running processes of functions
   */
  public Meter(
      Supplier<? extends Collection<Long>> jvms, Supplier<? extends Collection<Long>> functions) {
    this.jvms = jvms;
    this.functions = functions;
  }

  /** Returns what all threads have used so far. Takes some milliseconds. */
  public Snapshot now() throws IOException {
    Map<ThreadId, Proc.Task> threads = new HashMap<>();
    add(ThreadId.Owner.FOB, jvms.get(), threads);
    add(ThreadId.Owner.FUNCTION, functions.get(), threads);
    add(ThreadId.Owner.GENERATOR, List.of(ProcessHandle.current().pid()), threads);
    return new Snapshot(threads);
  }

  private void add(
      ThreadId.Owner owner, Collection<Long> processes, Map<ThreadId, Proc.Task> threads)
      throws IOException {
    for (long process : processes) {
      proc.tasks(process)
          .forEach((id, task) -> threads.put(new ThreadId(owner, process, id), task));
    }
  }

  /**
   * Returns what was used between two snapshots. May ask the JVMs for the names of their threads,
   * which takes some tenths of a second.
   *
   * @param calls how many calls were made meanwhile
   */
  public Counts between(Snapshot before, Snapshot after, Serving serving, long calls)
      throws IOException, InterruptedException {
    names.learn(after.threads().keySet());
    Map<Group, Use> uses = new HashMap<>();
    after
        .threads()
        .forEach((thread, task) ->
            uses.merge(
                Group.of(thread.owner(), names.name(thread, task.name()), serving),
                task.use().minus(before.use(thread)),
                Use::plus));
    return new Counts(calls, uses);
  }
}
