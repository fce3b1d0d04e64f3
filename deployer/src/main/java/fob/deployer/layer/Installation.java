package fob.deployer.layer;

import fob.bus.wire.LayerWire;
import fob.deployer.CodeSource;
import fob.deployer.Driver;
import fob.deployer.FunctionLayer;
import fob.deployer.local.StartRefused;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.Layer;
import fob.service.Backoff;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The preparation of one function, on a virtual thread of its own: reads the exact versions of its
 * dependencies, and makes the layer or takes one that is there.
 */
final class Installation {

  private static final Logger LOGGER = LoggerFactory.getLogger(Installation.class);
  private static final Backoff BACKOFF =
      Backoff.doubling(Duration.ofSeconds(1), Duration.ofSeconds(10));
  private static final String INSTALLING = "installing dependencies: ";

  private final InstallParts parts;
  private final LayerMaker maker;
  private final FunctionState state;
  private final FunctionSpec spec;
  private final CodeSource code;
  private final Dependencies.Listener listener;
  private final Thread thread;
  private volatile boolean cancelled;

  Installation(
      InstallParts parts,
      FunctionState state,
      CodeSource code,
      Driver driver,
      Dependencies.Listener listener) {
    this.parts = parts;
    this.maker = new LayerMaker(parts, state.spec().id(), driver, this::note);
    this.state = state;
    this.spec = state.spec();
    this.code = code;
    this.listener = listener;
    this.thread = Thread.ofVirtual().name("fob-install-" + spec.id()).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  void cancel() {
    cancelled = true;
    thread.interrupt();
  }

  private void note(String text) {
    listener.waits(spec.id(), INSTALLING + text);
  }

  private void run() {
    try {
      for (int failures = 1; !prepared(); failures++) {
        Thread.sleep(BACKOFF.delay(failures));
      }
    } catch (InterruptedException e) {
      LOGGER.atDebug().addKeyValue("function", spec.id()).log("an installation was cancelled");
    } catch (InstallFailed e) {
      listener.failed(spec.id(), "its dependencies cannot be installed: " + e.reason());
    } catch (IOException | RuntimeException e) {
      if (cancelled) {
        return;
      }
      LOGGER.atError().addKeyValue("function", spec.id()).setCause(e).log("installing failed");
      listener.failed(
          spec.id(), "fob could not install its dependencies; the deployer's log says why: " + e);
    }
  }

  /** Returns false if something that is needed cannot be used now. */
  private boolean prepared() throws IOException, InterruptedException {
    try {
      Layer known = state.layer();
      FunctionLayer prepared = known == null ? fromCode(null) : fromRow(known);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      listener.prepared(spec, code, prepared);
      return true;
    } catch (KafkaException e) {
      LOGGER.atWarn().addKeyValue("function", spec.id()).log("Kafka is away: {}", e.toString());
      note("waiting for Kafka");
      return false;
    } catch (StartRefused refused) {
      if (refused.needsOperator()) {
        throw new InstallFailed(refused.reason(), refused);
      }
      LOGGER.atWarn().addKeyValue("function", spec.id()).log("{}", refused.reason());
      note(refused.reason());
      return false;
    }
  }

  /** Returns the layer that the function had before, or the same versions installed again. */
  private @Nullable FunctionLayer fromRow(Layer known) throws IOException, InterruptedException {
    Optional<LayerWire.Description> description = parts.reader().description(known);
    if (description.isEmpty()) {
      warn(
          "they are not on fob.layers any more; their versions are lost too, and are chosen again");
      return fromCode(known);
    }
    LayerMaker.Locked locked = maker.locked(description.get().lock());
    return locked.id().equals(known.id())
        ? usable(known, locked)
        : again(known, locked, "the runtime of this machine is another one now");
  }

  /** Returns a layer that was made before, or the same versions if it is lost or damaged. */
  private FunctionLayer usable(Layer layer, LayerMaker.Locked locked)
      throws IOException, InterruptedException {
    try {
      return new FunctionLayer(layer, parts.cache().unpacked(layer));
    } catch (IOException e) {
      return again(layer, locked, String.valueOf(e.getMessage()));
    }
  }

  private FunctionLayer again(Layer lost, LayerMaker.Locked locked, String why)
      throws IOException, InterruptedException {
    warn(why + "; the same versions are installed again");
    Layer layer = maker.layer(locked, lost);
    return new FunctionLayer(layer, parts.cache().unpacked(layer));
  }

  private void warn(String what) {
    LOGGER.atWarn().addKeyValue("function", spec.id()).log("installed dependencies: {}", what);
  }

  /**
   * Returns the layer of what the code declares; null if that is nothing.
   *
   * @param lost the layer that the function had before, which must not be used any more
   */
  private @Nullable FunctionLayer fromCode(@Nullable Layer lost)
      throws IOException, InterruptedException {
    LayerMaker.Choice choice = maker.choose(code.read(), spec);
    if (choice.lock().packages() == 0) {
      return null;
    }
    LayerMaker.Locked locked = maker.locked(choice.lock().text());
    try {
      return usable(maker.layer(locked, lost), locked);
    } catch (InstallFailed e) {
      if (!choice.isReused()) {
        throw e;
      }
      parts.locks().remove(choice.key());
      return fromCode(lost);
    }
  }
}
