package fob.deployer.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The identity of a fob, as it is part of the names of its control groups. Several fobs may run on
 * one machine, and each must leave the groups of the others alone. The kernel uses process ids
 * again, so the identity has the time of the start and the namespace as well.
 *
 * @param namespace the namespace of process ids, as an inode
 * @param started the time of the process's start, in ticks since the machine's start
 */
record GroupOwner(long namespace, long process, long started) {

  private static final Path PROC = Path.of("/proc");
  private static final Pattern NAME =
      Pattern.compile(Pattern.quote(RuntimeDirectory.PREFIX) + "[^.]+\\.(\\d+)\\.(\\d+)\\.(\\d+)");
  private static final int STARTED = 19; // index of the field, counted after the name

  static GroupOwner self() throws IOException {
    long pid = ProcessHandle.current().pid();
    return new GroupOwner(ownNamespace(), pid, started(pid));
  }

  private static long ownNamespace() throws IOException {
    String link = Files.readSymbolicLink(PROC.resolve("self/ns/pid")).toString();
    return Long.parseLong(link.replaceAll("\\D", ""));
  }

  private static long started(long pid) throws IOException {
    String stat = Files.readString(PROC.resolve(pid + "/stat"));
    return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[STARTED]);
  }

  /** Returns the name of this fob's group. */
  String nameFor(RuntimeDirectory runtime) {
    return "%s.%d.%d.%d".formatted(runtime.name(), namespace, process, started);
  }

  /** Whether a group has the name of a fob that does not run any more. */
  static boolean isDead(String group) {
    Matcher matcher = NAME.matcher(group);
    if (!matcher.matches()) {
      return false;
    }
    GroupOwner owner =
        new GroupOwner(
            Long.parseLong(matcher.group(1)),
            Long.parseLong(matcher.group(2)),
            Long.parseLong(matcher.group(3)));
    return owner.isDead();
  }

  private boolean isDead() {
    try {
      return namespace == ownNamespace() && started(process) != started;
    } catch (IOException gone) {
      return !Files.exists(PROC.resolve(Long.toString(process)));
    }
  }
}
