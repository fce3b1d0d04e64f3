package fob.deployer;

import fob.deployer.layer.Installer;
import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionStatus;
import fob.function.Instance;
import fob.function.Language;
import fob.function.PlatformInfo;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Something that runs functions. It keeps every deployed function at its number of instances by
 * itself: what ends is replaced, what hangs is ended. Thread-safe.
 */
public interface Platform extends AutoCloseable {

  /** Is told every change of a deployed function's status, in order for each function. */
  @FunctionalInterface
  interface Listener {
    /** The function has another status. Runs on a thread of the platform and must be quick. */
    void changed(FunctionId id, FunctionStatus status);

    /**
     * An instance of a deployed function has ended, though fob did not ask for it. Threads as in
     * {@link #changed}.
     *
     * @param at when it ended, or when the platform saw that
     */
    default void ended(FunctionId id, Ending why, Instant at) {}

    /**
     * A line was written to a function's log. Called on the threads that read the output of
     * instances, so it must not wait.
     *
     * @param instance the id of the instance that printed the line; empty if fob wrote it
     * @param line without the line feed
     */
    default void logged(FunctionId id, String instance, byte[] line) {}
  }

  /** Returns the platform's name, such as {@code process}. */
  String name();

  /** Returns a description, for people, of how functions are isolated. */
  String isolation();

  /** Whether instances run on when this deployer has ended. */
  boolean outlivesDeployer();

  /** Returns the memory for all instances together in MiB; empty if it is not known. */
  OptionalInt memoryMiB();

  /**
   * Returns what is missing here for functions of a language, for the operator; empty if nothing
   * is.
   */
  default String missingFor(Driver driver) {
    return "";
  }

  /** Whether this platform cannot tell its listener what functions print. */
  default boolean logsWithCalls() {
    return false;
  }

  /** Whether functions may run in images of their own here. */
  default boolean runsImages() {
    return false;
  }

  /** Returns what installs dependencies here; empty if nothing can. */
  default Optional<Installer> installer() {
    return Optional.empty();
  }

  /** Returns the row {@code _platform} of a deployer with drivers of these languages. */
  default PlatformInfo info(List<Language> languages) {
    return new PlatformInfo(
        name(),
        languages,
        isolation(),
        outlivesDeployer(),
        memoryMiB(),
        logsWithCalls(),
        runsImages());
  }

  /**
   * Runs the function from now on. It does not wait for an instance: the listener is told how the
   * function gets on, failures included. A function that is deployed already is left as it is.
   *
   * @param code asked for only where the platform itself needs the code
   * @throws org.apache.kafka.common.KafkaException if the code cannot be read now; the function is
   *     not deployed then
   */
  void deploy(FunctionSpec spec, CodeSource code);

  /**
   * As {@link #deploy(FunctionSpec, CodeSource)}, for a function of an earlier deployer of this
   * fob.
   *
   * @param ready the instances that were ready when that deployer last wrote the function's status
   */
  default void deployAgain(FunctionSpec spec, CodeSource code, List<Instance> ready) {
    deploy(spec, code);
  }

  /** As {@link #deploy(FunctionSpec, CodeSource)}, with code that is at hand. */
  default void deploy(FunctionSpec spec, Code code) {
    deploy(spec, () -> code);
  }

  /**
   * Stops the function's instances, also those that an earlier deployer of this fob started; a
   * function that is not deployed is no error.
   */
  void remove(FunctionId id);

  /**
   * Stops the function's instances as {@link #remove} does, but calls that run may go on for as
   * long as the function's timeout allows. The function may be deployed again at any time.
   */
  default void stop(FunctionId id) {
    remove(id);
  }

  /**
   * Replaces an instance that does not serve as it should; it may finish its calls. An instance
   * that is not known, or is being replaced already, is no error.
   *
   * @param instance the id of an {@link Instance}
   * @param reason for people, starts in lower case
   */
  void replace(FunctionId id, String instance, String reason);

  /**
   * A secret of the function has changed. Instances that have an older one are replaced, each by
   * one that is ready first. A function that could not start is tried again. A function that is not
   * deployed is no error.
   */
  void secretsChanged(FunctionId id);

  /** As {@link #retain(Set, Set)}, if no function is idle. */
  default void retain(Set<FunctionId> wanted) {
    retain(wanted, Set.of());
  }

  /**
   * Ends the instances of functions that are not wanted, also those of earlier deployers of this
   * fob. A platform that others share only logs instances of earlier deployers, as they may be
   * needed, except those of idle functions.
   *
   * @param wanted the functions that are to run
   * @param idle the functions that are registered and are not to run
   */
  void retain(Set<FunctionId> wanted, Set<FunctionId> idle);

  /**
   * Another deployer takes over. Instances that it can take over run on, the others end. The
   * listener is told nothing more of functions that were deployed before.
   */
  void release();

  /** Ends instances that cannot outlive this deployer. The next deployer takes over the others. */
  @Override
  void close();
}
