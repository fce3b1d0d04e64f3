package fob.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A fob on a folder of its own and free ports, which leaves nothing behind. */
final class TemporaryFob implements AutoCloseable {

  private final Path folder;
  private final Standalone fob;

  private TemporaryFob(Path folder, Standalone fob) {
    this.folder = folder;
    this.fob = fob;
  }

  static TemporaryFob start() throws Exception {
    Path folder = Files.createTempDirectory("fob-demo-");
    System.setProperty(Home.LOG_PROPERTY, DataFolder.fobLog(folder).toString());
    try {
      return new TemporaryFob(
          folder,
          Standalone.start(
              new Standalone.Options(
                  folder, "127.0.0.1", "", 0, 0, Home.drivers(), LocalPlatform.process(false))));
    } catch (Exception e) {
      delete(folder);
      throw e;
    }
  }

  Standalone fob() {
    return fob;
  }

  @Override
  public void close() {
    fob.close();
    delete(folder);
  }

  private static void delete(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be removed", e);
    }
  }
}
