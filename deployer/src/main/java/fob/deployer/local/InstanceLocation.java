package fob.deployer.local;

import fob.function.Instance;
import java.nio.file.Path;

/**
 * The id, the number and the paths of one instance.
 *
 * @param number the number of the instance, from 1 for each function
 * @param run the directory in which the instance makes its socket, as {@link #SOCKET}
 * @param socket the path to which the socket is moved, out of the instance's reach
 * @param reach how the instance is reached
 */
public record InstanceLocation(int number, Instance instance, Path run, Path socket, Reach reach) {

  /** Creates a location of an instance that makes a Unix socket. */
  public InstanceLocation(int number, Instance instance, Path run, Path socket) {
    this(number, instance, run, socket, new RunDirectory(instance, run, socket));
  }

  /** The name of the socket in the run directory. */
  public static final String SOCKET = "http.sock";
}
