package fob.deployer.local;

import fob.function.Instance;
import java.nio.file.Path;

/**
 * Who one instance is and where its socket is.
 *
 * @param number counts a function's instances, from 1
 * @param run the directory that the instance sees to make its socket in, as {@link #SOCKET}
 * @param socket where the socket goes once it has appeared, out of the instance's reach
 */
public record InstanceLocation(int number, Instance instance, Path run, Path socket) {

  public static final String SOCKET = "http.sock";
}
