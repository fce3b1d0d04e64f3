package fob.deployer.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * The user that a sandbox is on the host, beneath its own user namespace. Where fob is root, each
 * function gets a user id of its own: none of them is root's, one that escaped would find no file
 * of another's, and what the kernel bounds per user (pipes, watches, keys) is not shared. Not 65534
 * for all: that id is shared with other software, and may hold rights to reserved disk space. Where
 * fob is not root, a sandbox can only be fob's own user.
 *
 * @param range the ids that this fob may give; empty: sandboxes are fob's own user
 */
record HostUser(Optional<UserRange> range) implements AutoCloseable {

  static HostUser sameAsFob() {
    return new HostUser(Optional.empty());
  }

  /**
   * A user of its own for each function, if the process may change to every user.
   *
   * @param procSelf as {@code /proc/self}
   * @param locks a directory that all fobs of the machine share
   */
  static HostUser of(Path procSelf, Path locks, RandomGenerator random) throws IOException {
    return mayBecomeAnother(procSelf)
        ? new HostUser(Optional.of(UserRange.take(locks, random)))
        : sameAsFob();
  }

  static boolean mayBecomeAnother(Path procSelf) throws IOException {
    return Integer.valueOf(0).equals(Files.getAttribute(procSelf, "unix:uid"))
        && ownsEveryId(Files.readAllLines(procSelf.resolve("uid_map")));
  }

  /** Inside of a user namespace root may have few ids, and is no root of the machine anyway. */
  static boolean ownsEveryId(List<String> uidMap) {
    return uidMap.size() == 1 && uidMap.getFirst().strip().matches("0 +0 +4294967295");
  }

  boolean canBecomeAnother() {
    return range.isPresent();
  }

  OptionalInt idFor(int function) {
    return range.isPresent() ? OptionalInt.of(range.get().idFor(function)) : OptionalInt.empty();
  }

  /**
   * Before a command, makes it run as that user, root's rights gone, and end with the thread that
   * started it.
   */
  static List<String> become(OptionalInt id) {
    List<String> command = new ArrayList<>(List.of("setpriv"));
    if (id.isPresent()) {
      String text = Integer.toString(id.getAsInt());
      command.addAll(List.of("--reuid", text, "--regid", text, "--clear-groups"));
    }
    command.addAll(List.of("--pdeathsig", "KILL", "--"));
    return command;
  }

  @Override
  public void close() {
    range.ifPresent(UserRange::close);
  }
}
