package fob.deployer.layer;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.deployer.Driver;
import fob.deployer.local.Trees;
import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.Layer;
import fob.service.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Makes the layer of one function, or waits for another function that makes the same. Used by one
 * thread.
 */
final class LayerMaker {

  /** The exact versions, as the installer's first step wrote them. */
  record Locked(String id, String lock) {}

  /**
   * The exact versions of what code declares.
   *
   * @param key of what they were chosen for
   * @param isReused whether they were chosen for another function, a short time ago
   */
  record Choice(Lock lock, String key, boolean isReused) {}

  /** Something that needs a permit, because at most two installers run at a time. */
  private interface Permitted<T> {
    T run() throws IOException, InterruptedException;
  }

  private final InstallParts parts;
  private final FunctionId function;
  private final Driver driver;
  private final Consumer<String> notes;

  /**
   * @param notes gets what is going on, for the user
   */
  LayerMaker(InstallParts parts, FunctionId function, Driver driver, Consumer<String> notes) {
    this.parts = parts;
    this.function = function;
    this.driver = driver;
    this.notes = notes;
  }

  Locked locked(String lock) throws IOException {
    String runtime = parts.installer().runtimeOf(driver);
    return new Locked(LayerWriter.id(driver.language(), runtime, lock), lock);
  }

  /** Chooses the exact versions, or takes those that were just chosen for the same declaration. */
  Choice choose(Code code, FunctionSpec spec) throws IOException, InterruptedException {
    byte[] declarations = Declarations.of(code, spec, driver);
    String key =
        Sha256.of(
            String.join(
                    "\n",
                    driver.language(),
                    parts.installer().runtimeOf(driver),
                    String.valueOf(spec.upload().entry()),
                    Sha256.of(declarations))
                .getBytes(UTF_8));
    Optional<Choice> known = known(key);
    if (known.isPresent()) {
      return known.get();
    }
    return permitted(() -> {
      Optional<Choice> chosenMeanwhile = known(key);
      return chosenMeanwhile.isPresent() ? chosenMeanwhile.get() : choose(declarations, spec, key);
    });
  }

  private Optional<Choice> known(String key) {
    return parts.locks().find(key).map(lock -> new Choice(lock, key, true));
  }

  private Choice choose(byte[] declarations, FunctionSpec spec, String key)
      throws IOException, InterruptedException {
    Path scratch = parts.cache().scratch();
    try {
      Path code = Trees.directory(scratch.resolve("code"), "rwxr-xr-x");
      Declarations.unpack(declarations, spec, code);
      Path output = Trees.directory(scratch.resolve("out"), "rwxr-xr-x");
      Installer.Step step = new Installer.Step(driver, "lock", code, null, spec.upload().entry());
      Lock lock = Lock.in(run(step, output, "resolving"));
      parts.locks().add(key, lock);
      return new Choice(lock, key, false);
    } finally {
      Trees.delete(scratch);
    }
  }

  private <T> T permitted(Permitted<T> task) throws IOException, InterruptedException {
    if (!parts.permits().tryAcquire()) {
      notes.accept("waiting for those of other functions");
      parts.permits().acquire();
    }
    try {
      return task.run();
    } finally {
      parts.permits().release();
    }
  }

  /** Returns the output. */
  private Path run(Installer.Step step, Path output, String what)
      throws IOException, InterruptedException {
    notes.accept(what);
    parts.installer().run(step, output, elapsed -> notes.accept(what + ", " + elapsed));
    return output;
  }

  /** Returns the layer with these versions, which is made once for all functions. */
  Layer layer(Locked locked, @Nullable Layer lost) throws IOException, InterruptedException {
    LayerUses.Use use =
        lost == null
            ? parts.uses().use(function, locked.id())
            : parts.uses().replace(function, lost, locked.id());
    if (use.isFirst()) {
      return make(locked, use.layer());
    }
    if (!use.layer().isDone()) {
      notes.accept("waiting for another function with the same");
    }
    try {
      return use.layer().get();
    } catch (ExecutionException | CancellationException e) {
      // The other one was cancelled or failed, which may have been its own fault.
      return layer(locked, null);
    }
  }

  private Layer make(Locked locked, CompletableFuture<Layer> result)
      throws IOException, InterruptedException {
    Path scratch = parts.cache().scratch();
    try {
      // No code is here: what is installed depends on the lock alone, as other functions share it.
      Path nothing = Trees.directory(scratch.resolve("code"), "rwxr-xr-x");
      Path lock =
          Trees.file(scratch.resolve("lock.json"), locked.lock().getBytes(UTF_8), "r--r--r--");
      Path output = Trees.directory(scratch.resolve("out"), "rwxr-xr-x");
      int packages = Lock.packagesIn(locked.lock());
      String what = packages == 1 ? "1 package" : packages + " packages";
      Installer.Step step = new Installer.Step(driver, "install", nothing, lock, null);
      var _ = permitted(() -> run(step, output, "installing " + what));
      notes.accept("keeping " + what);
      Layer made = parts.writer().write(locked.id(), newCopy(), output, locked.lock());
      parts.cache().add(made, output);
      result.complete(made);
      return made;
    } finally {
      result.cancel(false); // if it is not complete: others try it themselves
      Trees.delete(scratch);
    }
  }

  private static String newCopy() {
    return HexFormat.of().toHexDigits(RandomGenerator.getDefault().nextLong());
  }
}
