package fob.driver;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The source of functions for tests. */
final class Functions {

  static final Path CONFORMANCE = Path.of("conformance");

  private Functions() {}

  /** A function that does what its parameter {@code what} says. */
  static String all() throws IOException {
    try (InputStream in = Functions.class.getResourceAsStream("/All.java.txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
    }
  }

  static String conformance(String name) throws IOException {
    return Files.readString(CONFORMANCE.resolve(name + ".java"));
  }

  static String example(String name) throws IOException {
    return Files.readString(Path.of("../../examples/java").resolve(name + ".java"));
  }
}
