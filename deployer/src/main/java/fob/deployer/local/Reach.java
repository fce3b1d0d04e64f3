package fob.deployer.local;

import fob.function.Instance;
import java.io.IOException;

/** Where one instance is reached. Thread-safe. */
public interface Reach {

  /**
   * Whether the instance can be reached. Asked again and again while the instance starts.
   *
   * @throws IOException if the instance prevents that for good; the message says how
   */
  boolean isOpen() throws IOException;

  /** Returns what an instance that cannot be reached has not done, as {@code it had no socket}. */
  String closed();

  /** Returns what an instance that is reached, but is not ready, has not done. */
  String silent();

  /** Returns the instance. Its id never changes, and its address not once it is reached. */
  Instance instance();

  /** Deletes what is left of it, after the instance has ended. */
  void delete();
}
