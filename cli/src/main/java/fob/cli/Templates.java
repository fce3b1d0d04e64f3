package fob.cli;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folders that {@code fob new} copies, one for each language: {@code
 * drivers/<language>/template} of the sources.
 *
 * @param opened the jar that they are in; null if they are in a folder
 */
record Templates(Path folder, @Nullable FileSystem opened) implements AutoCloseable {

  private static final String PLACE = "templates";

  /** What stands for the function's name in the texts. */
  private static final String NAME = "@NAME@";

  static Templates open() throws IOException {
    try {
      URI place =
          Objects.requireNonNull(Templates.class.getResource(PLACE), "no templates").toURI();
      if (!place.getScheme().equals("jar")) {
        return new Templates(Path.of(place), null);
      }
      FileSystem jar = FileSystems.newFileSystem(place, Map.of());
      return new Templates(Path.of(place), jar);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Returns the folder of a language.
   *
   * @throws CommandFailure if there is none
   */
  Path of(String language) throws IOException {
    List<String> known = languages();
    if (!known.contains(language)) {
      throw CommandFailure.usage(
          "there is no template for the language '%s'; those that exist are %s"
              .formatted(language, String.join(", ", known)));
    }
    return folder.resolve(language).resolve("template");
  }

  private List<String> languages() throws IOException {
    try (Stream<Path> folders = Files.list(folder)) {
      return folders
          .map(one -> String.valueOf(one.getFileName()).replace("/", ""))
          .sorted()
          .toList();
    }
  }

  /** Copies a template. Its texts get the function's name. */
  void copy(Path template, Path to, String name) throws IOException {
    try (Stream<Path> files = Files.walk(template)) {
      for (Path from : files.toList()) {
        Path target = to.resolve(template.relativize(from).toString());
        if (Files.isDirectory(from)) {
          Files.createDirectories(target);
        } else {
          Files.writeString(target, Files.readString(from).replace(NAME, name));
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (opened != null) {
      opened.close();
    }
  }
}
