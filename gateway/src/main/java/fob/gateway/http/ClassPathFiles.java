package fob.gateway.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Properties;

/** Reads files of pages from the gateway's own jars. Thread-safe. */
public final class ClassPathFiles {

  /** Where jars of libraries for browsers have their files. */
  private static final String[] FOLDERS = {"webjars", "_static"};

  private ClassPathFiles() {}

  /**
   * Reads a file.
   *
   * @param resource its full name, without a slash in front
   * @return empty if there is none
   */
  public static Optional<byte[]> find(String resource) {
    try (InputStream file = ClassPathFiles.class.getClassLoader().getResourceAsStream(resource)) {
      return file == null ? Optional.empty() : Optional.of(file.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a file that has to be there.
   *
   * @throws IllegalStateException if it is missing
   */
  public static byte[] read(String resource) {
    return find(resource)
        .orElseThrow(() -> new IllegalStateException("the class path has no " + resource));
  }

  /**
   * Reads a file of a library for browsers, in whichever version the class path has it.
   *
   * @param path below the library's folder
   * @throws IllegalStateException if it is missing
   */
  public static byte[] library(String group, String artifact, String path) {
    String version = version(group, artifact);
    for (String folder : FOLDERS) {
      Optional<byte[]> file =
          find("META-INF/resources/%s/%s/%s/%s".formatted(folder, artifact, version, path));
      if (file.isPresent()) {
        return file.get();
      }
    }
    throw new IllegalStateException("%s:%s:%s has no %s".formatted(group, artifact, version, path));
  }

  private static String version(String group, String artifact) {
    String name = "META-INF/maven/%s/%s/pom.properties".formatted(group, artifact);
    Properties library = new Properties();
    try (InputStream file = ClassPathFiles.class.getClassLoader().getResourceAsStream(name)) {
      if (file == null) {
        throw new IllegalStateException("the class path has no %s:%s".formatted(group, artifact));
      }
      library.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return library.getProperty("version");
  }
}
