package fob.deployer.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The control groups of this process, below which it may make others.
 *
 * @param cpu empty if the kernel does not offer it there
 * @param unified whether this is version 2, where all are the same directory
 */
record OwnCgroup(Path memory, Path pids, Optional<Path> cpu, boolean unified) {

  /**
   * Returns empty if the kernel does not offer memory and pids there.
   *
   * @param procSelf {@code /proc/self}, or a copy of it
   */
  static Optional<OwnCgroup> find(Path procSelf) throws IOException {
    Optional<Path> memory = ownIn(procSelf, "memory");
    Optional<Path> pids = ownIn(procSelf, "pids");
    if (memory.isPresent() && pids.isPresent()) {
      return Optional.of(new OwnCgroup(memory.get(), pids.get(), ownIn(procSelf, "cpu"), false));
    }
    Optional<Path> both = ownIn(procSelf, "");
    if (both.isEmpty()) {
      return Optional.empty();
    }
    String offered = Files.readString(both.get().resolve("cgroup.controllers"));
    List<String> controllers = List.of(offered.strip().split(" "));
    return controllers.containsAll(List.of("memory", "pids"))
        ? Optional.of(
            new OwnCgroup(
                both.get(), both.get(), both.filter(_ -> controllers.contains("cpu")), true))
        : Optional.empty();
  }

  /**
   * Returns the process's own directory in the hierarchy of a controller. The empty name is version
   * 2. In a container the path may be the host's, while the mount has the own group as its root.
   */
  private static Optional<Path> ownIn(Path procSelf, String controller) throws IOException {
    Optional<Path> mount =
        Files.readAllLines(procSelf.resolve("mounts")).stream()
            .map(line -> line.split(" "))
            .filter(field ->
                controller.isEmpty()
                    ? field[2].equals("cgroup2")
                    : field[2].equals("cgroup")
                        && List.of(field[3].split(",")).contains(controller))
            .map(field -> Path.of(field[1]))
            .findFirst();
    Optional<String> path =
        Files.readAllLines(procSelf.resolve("cgroup")).stream()
            .map(line -> line.split(":", 3))
            .filter(field -> List.of(field[1].split(",")).contains(controller))
            .map(field -> field[2].substring(1))
            .findFirst();
    return mount.flatMap(at -> path.map(at::resolve).map(own -> Files.isDirectory(own) ? own : at));
  }
}
