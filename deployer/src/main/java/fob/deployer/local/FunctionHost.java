package fob.deployer.local;

import fob.function.FunctionSpec;
import java.io.IOException;
import java.util.List;

/** How a platform runs the instances of one function. Thread-safe. */
public interface FunctionHost {

  FunctionSpec spec();

  /** A place for another instance, that no other ever had. Nothing is made yet. */
  InstanceLocation location(int number);

  /**
   * Makes what the instance needs and starts it.
   *
   * @throws StartRefused if it cannot be started now, by no fault of the function's
   * @throws IOException if it could not be started; nothing of it is left
   */
  RunningSandbox start(InstanceLocation location, SandboxOutput output) throws IOException;

  /**
   * What an earlier deployer left running of the function: at most as many as are wanted. What is
   * of no use any more it removes.
   *
   * @throws StartRefused if that cannot be seen now
   */
  default List<InstanceLocation> find() throws StartRefused {
    return List.of();
  }

  /**
   * Takes over what {@link #find()} found; if the driver is ready already, its event is heard
   * again.
   *
   * @throws IOException if it has gone
   */
  default RunningSandbox adopt(InstanceLocation location, SandboxOutput output) throws IOException {
    throw new IOException("nothing outlives its deployer here");
  }

  /** Nothing of the function runs any more: its files go. */
  void delete();
}
