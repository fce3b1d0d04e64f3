package fob.deployer.local;

import fob.function.FunctionSpec;
import java.io.IOException;
import java.util.List;

/** Starts and finds the sandboxes of one function on one platform. Thread-safe. */
public interface FunctionHost {

  FunctionSpec spec();

  /** Returns the unique location of a new instance. Nothing is created. */
  InstanceLocation location(int number);

  /**
   * Starts a sandbox and what it needs.
   *
   * @throws StartRefused if it cannot be started now, by no fault of the function's
   * @throws IOException if it could not be started; nothing of it is left
   */
  RunningSandbox start(InstanceLocation location, SandboxOutput output) throws IOException;

  /**
   * Returns the instances that an earlier deployer left running, at most as many as are wanted.
   * Those that are of no use are removed.
   *
   * @throws StartRefused if the platform cannot tell now
   */
  default List<InstanceLocation> find() throws StartRefused {
    return List.of();
  }

  /**
   * Takes over an instance that {@link #find()} has found. If its driver is ready, the event is
   * repeated.
   *
   * @throws IOException if the instance is gone
   */
  default RunningSandbox adopt(InstanceLocation location, SandboxOutput output) throws IOException {
    throw new IOException("instances of this platform end with their deployer");
  }

  /** Whether the instance has older secrets than a new one would get. */
  default boolean isOutdated(InstanceLocation location) {
    return false;
  }

  /** Deletes the function's files. No instance runs any more. */
  void delete();
}
