package fob.deployer.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The user that a sandbox is on the host, beneath its own user namespace. Where fob is root, each
 * function gets a user id of its own: none of them is root's, one that escaped would find no file
 * of another's, and what the kernel bounds per user (pipes, watches, keys) is not shared. Not 65534
 * for all: that id is shared with other software, and may hold rights to reserved disk space. Where
 * fob is not root, a sandbox can only be fob's own user.
 */
record HostUser(boolean canBecomeAnother) {

  /** Far above people, packages and the ranges that containers are given (see UIDS-GIDS.md). */
  private static final int FIRST = 1_900_000_000;

  private static final int HOW_MANY = 1_000_000;

  /** The process's own, as {@code /proc/self} shows it. */
  static HostUser of(Path procSelf) throws IOException {
    boolean root = Integer.valueOf(0).equals(Files.getAttribute(procSelf, "unix:uid"));
    return new HostUser(root && ownsEveryId(Files.readAllLines(procSelf.resolve("uid_map"))));
  }

  /** Inside of a user namespace root may have few ids, and is no root of the machine anyway. */
  static boolean ownsEveryId(List<String> uidMap) {
    return uidMap.size() == 1 && uidMap.getFirst().strip().matches("0 +0 +4294967295");
  }

  OptionalInt idFor(int function) {
    return canBecomeAnother ? OptionalInt.of(FIRST + function % HOW_MANY) : OptionalInt.empty();
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
}
