package fob.deployer.layer;

import fob.bus.Bus;
import fob.bus.table.LayerReader;
import fob.deployer.CodeSource;
import fob.deployer.Driver;
import fob.deployer.FencedProducer;
import fob.deployer.FunctionLayer;
import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.Layer;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Gives functions their dependencies before they are deployed. Every function has a virtual thread
 * of its own for that, so nothing here waits. Used on the deployer's thread alone.
 */
public final class Dependencies implements AutoCloseable {

  /** Hears what becomes of functions that were handed to this. Threads are those of installers. */
  public interface Listener {

    /** Dependencies are being installed. */
    void waits(FunctionId id, String note);

    /**
     * The function can be deployed.
     *
     * @param layer null: it has no dependencies
     */
    void prepared(FunctionSpec spec, CodeSource code, @Nullable FunctionLayer layer);

    /** The function cannot run. The reason is for the user. */
    void failed(FunctionId id, String reason);
  }

  private static final int MOST_AT_ONCE = 2;

  private final Optional<InstallParts> parts;
  private final String platform;
  private final Runnable closing;
  private final Map<FunctionId, Installation> running = new HashMap<>();

  private Dependencies(String platform, Optional<InstallParts> parts, Runnable closing) {
    this.platform = platform;
    this.parts = parts;
    this.closing = closing;
  }

  /** Returns the dependencies of a platform that cannot install any. */
  public static Dependencies none(String platform) {
    return new Dependencies(platform, Optional.empty(), () -> {});
  }

  /** Returns the dependencies of a platform, which are kept on a bus. */
  public static Dependencies of(
      String platform, Optional<Installer> installer, Bus bus, FencedProducer producer) {
    if (installer.isEmpty()) {
      return none(platform);
    }
    LayerReader reader = new LayerReader(bus);
    LayerWriter writer = new LayerWriter(producer, reader);
    LayerUses uses = new LayerUses();
    LayerCache cache = new LayerCache(installer.get(), reader);
    return new Dependencies(
        platform,
        Optional.of(
            new InstallParts(
                installer.get(),
                cache,
                writer,
                reader,
                uses,
                new LayerSweep(bus, writer, uses, cache),
                new RecentLocks(installer.get().settings().reuse(), InstantSource.system()),
                new Semaphore(MOST_AT_ONCE))),
        reader::close);
  }

  /** Whether code may declare dependencies. This is quick. */
  public static boolean mayBeIn(Code code, FunctionSpec spec, Driver driver) {
    return Declarations.mayBeIn(code, spec, driver);
  }

  /**
   * Begins to prepare a function.
   *
   * @return why that is not possible on this platform, for the user; empty if it has begun
   */
  public Optional<String> begin(
      FunctionState state, CodeSource code, Driver driver, Listener listener) {
    if (parts.isEmpty()) {
      return Optional.of(
          "it declares dependencies, which the platform '%s' cannot install; put the packages into the archive with the code"
              .formatted(platform));
    }
    FunctionId id = state.spec().id();
    if (running.containsKey(id)) {
      return Optional.empty();
    }
    Layer layer = state.layer();
    if (layer != null) {
      parts.get().uses().add(id, layer);
    }
    Installation installation = new Installation(parts.get(), state, code, driver, listener);
    running.put(id, installation);
    installation.start();
    return Optional.empty();
  }

  /** Notes the functions that have layers, so that none of these layers is removed as unused. */
  public void resume(Iterable<FunctionState> states) {
    parts.ifPresent(all -> {
      for (FunctionState state : states) {
        Layer layer = state.layer();
        if (layer != null) {
          all.uses().add(state.spec().id(), layer);
        }
      }
      all.sweep().start();
    });
  }

  /** Whether this is still waiting for the preparation of a function, which is over then. */
  public boolean end(FunctionId id) {
    return running.remove(id) != null;
  }

  /** Whether a function is being prepared. */
  public boolean isPreparing(FunctionId id) {
    return running.containsKey(id);
  }

  /** The function is removed. Its layer is too, if no other function uses it. */
  public void remove(FunctionId id) {
    Installation installation = running.remove(id);
    if (installation != null) {
      installation.cancel();
    }
    parts.ifPresent(all -> {
      Set<Layer> unused = all.uses().release(id);
      if (!unused.isEmpty()) {
        all.removeLater(unused);
      }
    });
  }

  /** Another deployer is active. */
  public void stop() {
    running.values().forEach(Installation::cancel);
    running.clear();
    parts.ifPresent(all -> all.uses().clear());
  }

  @Override
  public void close() {
    stop();
    closing.run();
  }
}
