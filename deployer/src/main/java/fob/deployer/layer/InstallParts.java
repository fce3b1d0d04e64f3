package fob.deployer.layer;

import fob.bus.table.LayerReader;
import fob.function.Layer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;

/** What all installations of one deployer use. Thread-safe. */
record InstallParts(
    Installer installer,
    LayerCache cache,
    LayerWriter writer,
    LayerReader reader,
    LayerUses uses,
    LayerSweep sweep,
    RecentLocks locks,
    Semaphore permits) {

  /** A function that has just been removed may have calls to finish, for up to ten seconds. */
  private static final Duration LAST_CALLS = Duration.ofSeconds(30);

  void removeLater(Set<Layer> unused) {
    Thread.ofVirtual()
        .name("fob-layers")
        .start(() -> {
          try {
            for (Layer layer : unused) {
              writer.delete(layer);
            }
            Thread.sleep(LAST_CALLS);
            unused.forEach(cache::delete);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }
}
