package fob.driver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The source files of a function: the entry file, and in an archive those beside it. Thread-safe.
 */
final class Sources {

  /** The name of a single file, from which the compact form takes the name of its class. */
  static final String SINGLE = "Function.java";

  private final String fileName;
  private final String text;
  private final @Nullable Path directory;
  private final ConcurrentMap<String, List<String>> lines = new ConcurrentHashMap<>();

  private Sources(String fileName, String text, @Nullable Path directory) {
    this.fileName = fileName;
    this.text = text;
    this.directory = directory;
  }

  static Sources ofText(byte[] code) throws Failure {
    return new Sources(SINGLE, decoded(code, "the code"), null);
  }

  /** The sources in an unpacked archive. */
  static Sources ofArchive(Path directory, String entry) throws Failure {
    Path file = directory.resolve(entry).normalize();
    if (!file.startsWith(directory) || !Files.isRegularFile(file)) {
      throw Failure.load("NoEntryFile", "the archive has no file " + entry);
    }
    try {
      Path parent = file.getParent();
      return new Sources(
          String.valueOf(file.getFileName()),
          decoded(Files.readAllBytes(file), entry),
          parent == null ? directory : parent);
    } catch (IOException e) {
      throw Failure.load("NoEntryFile", entry + " cannot be read: " + e);
    }
  }

  private static String decoded(byte[] code, String what) throws Failure {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(code)).toString();
      String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
      return plain.startsWith("#!") ? "//" + plain : plain; // the line of an interpreter
    } catch (CharacterCodingException e) {
      throw Failure.load("CompileError", what + " is not UTF-8");
    }
  }

  String fileName() {
    return fileName;
  }

  String text() {
    return text;
  }

  /**
   * Returns the directory in which packages begin; null: there are no other files.
   *
   * @param packageName of the entry file
   */
  @Nullable Path root(String packageName) {
    Path root = directory;
    if (root != null && !packageName.isEmpty()) {
      Path inside = Path.of(packageName.replace('.', '/'));
      if (root.endsWith(inside)) {
        for (int i = 0; i < inside.getNameCount() && root != null; i++) {
          root = root.getParent();
        }
      }
    }
    return root;
  }

  /** Returns a line of a file, or an empty text. */
  String line(@Nullable String file, int number) {
    if (file == null || number < 1) {
      return "";
    }
    List<String> all = lines.computeIfAbsent(file, this::read);
    return number <= all.size() ? all.get(number - 1).strip() : "";
  }

  private List<String> read(String file) {
    if (file.equals(fileName)) {
      return List.of(text.split("\r\n|\r|\n", -1));
    }
    Path other = directory == null ? null : directory.resolve(file);
    try {
      return other == null || !Files.isRegularFile(other) ? List.of() : Files.readAllLines(other);
    } catch (IOException e) {
      return List.of();
    }
  }
}
