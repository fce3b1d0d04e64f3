package fob.standalone;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a JVM gets from the launcher to run fob in a process of its own: the built jars, and the AOT
 * cache if {@code ./fob build} has made one of them. Such a start takes half of the processor time
 * of one without the cache. Thread-safe.
 */
public final class LauncherJvm {

  private final Path target;

  /**
   * Finds the jars of a build.
   *
   * @param home the folder in which fob was built
   */
  public LauncherJvm(Path home) {
    this.target = home.resolve("standalone/target");
  }

  /**
   * Returns the class path in the launcher's order, which the cache requires.
   *
   * @throws UncheckedIOException if fob is not built
   */
  public String classPath() {
    return jars().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  /** Returns the jars of the module, then those of {@code lib}, each sorted by name. */
  private Stream<Path> jars() {
    return Stream.of(target, target.resolve("lib"))
        .flatMap(folder -> files(folder).filter(file -> file.toString().endsWith(".jar")).sorted());
  }

  private static Stream<Path> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException("fob is not built: run ./fob build", e);
    }
  }

  /**
   * Returns the options for the AOT cache; none if there is no cache, or a jar is newer, because
   * the JVM would run the old code then.
   */
  public List<String> options() {
    Path cache = target.resolve("fob.aot");
    return isFresh(cache) ? List.of("-Xlog:aot*=off:stderr", "-XX:AOTCache=" + cache) : List.of();
  }

  private boolean isFresh(Path cache) {
    return Files.exists(cache)
        && jars().allMatch(jar -> modified(jar).compareTo(modified(cache)) <= 0);
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
