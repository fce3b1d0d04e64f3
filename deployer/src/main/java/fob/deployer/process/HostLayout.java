package fob.deployer.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which parts of the host's own files every sandbox sees, as arguments of bubblewrap: the programs
 * and libraries under {@code /usr}, the top-level directories that belong to them, and the few
 * files of {@code /etc} that they need to work.
 */
record HostLayout(List<String> programs, List<String> network) {

  private static final List<String> BESIDE_USR =
      List.of("bin", "sbin", "lib", "lib32", "lib64", "libx32");
  private static final List<String> LIBRARIES =
      List.of("usr/lib", "usr/lib64", "usr/local/lib", "usr/local/lib64");
  private static final List<String> PACKAGES = List.of("dist-packages", "site-packages");
  private static final List<String> ETC =
      List.of(
          "alternatives",
          "ca-certificates",
          "ld.so.cache",
          "localtime",
          "mime.types",
          "pki/tls/certs",
          "ssl/certs",
          "ssl/openssl.cnf");
  private static final List<String> ETC_FOR_NETWORK =
      List.of("hosts", "nsswitch.conf", "resolv.conf");

  HostLayout {
    programs = List.copyOf(programs);
    network = List.copyOf(network);
  }

  /**
   * Reads the layout of a host.
   *
   * @param root the host's root directory
   * @param empty a directory that sandboxes see instead of directories that are hidden from them
   */
  static HostLayout of(Path root, Path empty) throws IOException {
    return of(root, Optional.of(empty));
  }

  /** Returns a layout for installers, which may be packages of the host for Python themselves. */
  HostLayout forInstallers(Path root) throws IOException {
    return new HostLayout(of(root, Optional.empty()).programs(), network);
  }

  private static HostLayout of(Path root, Optional<Path> empty) throws IOException {
    List<String> programs = new ArrayList<>(List.of("--ro-bind", root.resolve("usr") + "", "/usr"));
    if (empty.isPresent()) {
      for (Path packages : pythonPackages(root)) {
        programs.addAll(List.of("--ro-bind", empty.get() + "", "/" + root.relativize(packages)));
      }
    }
    for (String name : BESIDE_USR) {
      Path host = root.resolve(name);
      if (Files.isSymbolicLink(host)) {
        programs.addAll(List.of("--symlink", Files.readSymbolicLink(host) + "", "/" + name));
      } else if (Files.isDirectory(host)) {
        programs.addAll(List.of("--ro-bind", host + "", "/" + name));
      }
    }
    Path etc = root.resolve("etc");
    addExisting(programs, etc, ETC);
    addExisting(programs, etc, javaHomes(etc));
    List<String> network = new ArrayList<>();
    addExisting(network, etc, ETC_FOR_NETWORK);
    return new HostLayout(programs, network);
  }

  /** Packages that the host has installed for Python are hidden: functions must not need them. */
  private static List<Path> pythonPackages(Path root) throws IOException {
    List<Path> all = new ArrayList<>();
    for (String libraries : LIBRARIES) {
      Path directory = root.resolve(libraries);
      if (Files.isDirectory(directory)) {
        try (DirectoryStream<Path> versions = Files.newDirectoryStream(directory, "python*")) {
          for (Path version : versions) {
            PACKAGES.stream().map(version::resolve).filter(Files::isDirectory).forEach(all::add);
          }
        }
      }
    }
    all.sort(null);
    return all;
  }

  /** Debian's JDKs have links to their configuration in {@code /etc}. */
  private static List<String> javaHomes(Path etc) throws IOException {
    List<String> names = new ArrayList<>();
    if (Files.isDirectory(etc)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(etc, "java-*")) {
        entries.forEach(entry -> names.add(entry.getFileName().toString()));
      }
    }
    names.sort(null);
    return names;
  }

  private static void addExisting(List<String> arguments, Path etc, List<String> names) {
    for (String name : names) {
      if (Files.exists(etc.resolve(name))) {
        arguments.addAll(List.of("--ro-bind", etc.resolve(name) + "", "/etc/" + name));
      }
    }
  }
}
