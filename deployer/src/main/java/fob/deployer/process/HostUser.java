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
 * Chooses the user ids that sandboxes have on the host, outside of their own user namespaces. If
 * fob is root, each function gets a user id of its own, which is not root's. So a function that
 * escaped could not read the files of another one, and the resources that the kernel bounds per
 * user (pipes, watches, keys) are not shared. The usual id 65534 does not serve: other software
 * uses it, too, and it may have rights to reserved disk space. If fob is not root, sandboxes have
 * fob's own user id.
 *
 * @param range the ids that this fob may give; empty: sandboxes are fob's own user
 */
record HostUser(Optional<UserRange> range) implements AutoCloseable {

  static HostUser sameAsFob() {
    return new HostUser(Optional.empty());
  }

  /**
   * Chooses a user of its own for each function if the process may change to every user.
   *
   * @param procSelf {@code /proc/self}, or a copy of it
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

  /** Root of a user namespace may have few ids, and is not the machine's root. */
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
   * Returns arguments that, before a command, run it as that user without root's rights. The
   * command ends with the thread that started it.
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
