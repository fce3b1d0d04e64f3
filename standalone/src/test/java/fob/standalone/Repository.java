package fob.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds files of the repository; tests run in the folder of their module. */
final class Repository {

  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  static final Path DRIVERS = ROOT.resolve("drivers");

  private Repository() {}

  static String example(String name) {
    try {
      return Files.readString(ROOT.resolve("examples/python").resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
