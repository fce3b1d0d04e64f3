package fob.deployer.local;

import fob.service.Threads;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Looks for the instances of one function that an earlier deployer left running, again and again
 * until the platform can tell. It runs on a virtual thread of its own, as the platform may answer
 * slowly or not at all.
 *
 * @param cancelled whether nobody waits for the result any more
 * @param found gets the instances, once
 * @param waiting gets what the search waits for, each time the platform cannot tell
 */
record InstanceSearch(
    FunctionHost host,
    BooleanSupplier cancelled,
    Consumer<List<InstanceLocation>> found,
    Consumer<String> waiting) {

  /** Starts the search. */
  void start() {
    Thread.ofVirtual().name("fob-start-" + host.spec().id()).start(this::search);
  }

  private void search() {
    RestartDelays delays = new RestartDelays();
    while (!cancelled.getAsBoolean()) {
      try {
        found.accept(host.find());
        return;
      } catch (StartRefused refused) {
        waiting.accept(refused.reason());
        Threads.pause(delays.afterRefusal());
      }
    }
  }
}
