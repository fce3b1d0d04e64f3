package fob.deployer.docker;

import fob.deployer.local.InstanceLocation;
import fob.deployer.local.SandboxOutput;
import java.io.IOException;
import java.nio.file.Path;

/** How fob speaks with the containers of one function, besides calling them. Thread-safe. */
interface Contact {

  /**
   * Returns the location of a new instance. Nothing is created.
   *
   * @param id of the instance
   * @param home the directory of its files
   */
  InstanceLocation location(int number, String id, Path home);

  /**
   * Makes what all instances need, unless it is there. The network that containers are in by
   * default is always there.
   */
  default void prepare() throws IOException {}

  /** Begins with one instance, whose output goes there. */
  Conversation with(InstanceLocation location, SandboxOutput output);

  /** What fob and one instance say to each other until the instance is ready. */
  interface Conversation {

    /** Returns what gets the container's output. */
    SandboxOutput output();

    /** The container has started. Does not wait. */
    void started(DockerSandbox sandbox, String container);

    /**
     * The container was started by an earlier deployer. If it is ready, the event is repeated.
     *
     * @throws IOException if it does not answer
     */
    void found() throws IOException;
  }
}
