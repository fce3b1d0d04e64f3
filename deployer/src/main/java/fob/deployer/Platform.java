package fob.deployer;

import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionStatus;
import fob.function.PlatformInfo;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Something that runs functions. It keeps every deployed function at its number of instances by
 * itself: what ends is replaced, what hangs is ended. Thread-safe.
 */
public interface Platform extends AutoCloseable {

  /** Hears of every change of a deployed function's status, in order for each function. */
  @FunctionalInterface
  interface Listener {
    /** Runs on the platform's threads; it must be quick. */
    void changed(FunctionId id, FunctionStatus status);

    /**
     * An instance of a deployed function has ended, and fob did not ask for it. As {@link
     * #changed}.
     *
     * @param reason for people, starts in lower case
     */
    default void ended(FunctionId id, String reason, Instant at) {}
  }

  /** Such as {@code process}. */
  String name();

  /** What keeps functions apart, for people. */
  String isolation();

  /** Whether instances run on when this deployer has ended. */
  boolean outlivesDeployer();

  /** The memory that there is for all instances in MiB, if it is known. */
  OptionalInt memoryMiB();

  /** What a deployer with drivers of these languages offers. */
  default PlatformInfo info(List<String> languages) {
    return new PlatformInfo(name(), languages, isolation(), outlivesDeployer(), memoryMiB());
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
   * Replaces an instance that does not serve as it should; it may finish its calls. An instance
   * that is not known, or is being replaced already, is no error.
   *
   * @param instance the id of an {@link fob.function.Instance}
   * @param reason for people, starts in lower case
   */
  void replace(FunctionId id, String instance, String reason);

  /**
   * Deals with what an earlier deployer of this fob left running and nobody wants any more. A
   * platform that many share only says so: it deletes nothing on doubt.
   */
  void retain(Set<FunctionId> wanted);

  /**
   * Another deployer takes over. What it can take over runs on, the rest ends; nothing is told any
   * more of what was deployed before.
   */
  void release();

  /** Ends what cannot outlive this deployer; the next one takes over the rest. */
  @Override
  void close();
}
