package fob.deployer.local;

import fob.function.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The one directory of the host that an instance may write to: its driver makes the socket there,
 * before it loads the function. As soon as the socket has appeared it is moved out of the
 * instance's reach and the directory is deleted: the function can neither replace its socket by a
 * link to another one of the host, nor fill the host's disk. What remains: code that runs in the
 * few milliseconds between the two may open files here, and go on writing to them until it ends.
 * Thread-safe.
 */
final class RunDirectory implements Reach {

  private final Instance instance;
  private final Path directory;
  private final Path socket;
  private boolean taken; // guarded by this

  RunDirectory(Instance instance, Path directory, Path socket) {
    this.instance = instance;
    this.directory = directory;
    this.socket = socket;
  }

  @Override
  public Instance instance() {
    return instance;
  }

  @Override
  public String closed() {
    return "it had no socket";
  }

  @Override
  public String silent() {
    return "it was not ready";
  }

  /**
   * Moves the socket out, if it is there and was not moved yet. An earlier deployer may have moved
   * it and then been killed.
   *
   * @return whether the socket has been moved, now or before
   * @throws IOException if there is a file that is no socket, or the directory cannot be deleted
   */
  @Override
  public synchronized boolean isOpen() throws IOException {
    if (taken) {
      return true;
    }
    if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
      Path appeared = directory.resolve(InstanceLocation.SOCKET);
      if (!Files.exists(appeared, LinkOption.NOFOLLOW_LINKS)) {
        return false;
      }
      Files.move(appeared, socket, StandardCopyOption.ATOMIC_MOVE);
    }
    if (!Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .isOther()) {
      throw new IOException("there is something in the place of the socket");
    }
    // A deleted directory takes no new entries, also where it is still mounted.
    Files.deleteIfExists(directory);
    taken = true;
    return true;
  }

  /** Deletes the directory and the socket. */
  @Override
  public synchronized void delete() {
    Trees.delete(directory);
    Trees.delete(socket);
  }
}
