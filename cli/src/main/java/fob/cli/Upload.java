package fob.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import okhttp3.MediaType;
import okhttp3.MultipartBody;
import okhttp3.RequestBody;

/**
 * The code that is deployed.
 *
 * @param name the name that the function gets if the user gives none
 * @param body the body of the registration
 * @param leftOut folders that are not sent
 */
record Upload(String name, RequestBody body, Set<String> leftOut) {

  private static final MediaType BYTES = MediaType.get("application/octet-stream");
  private static final String ZIP = ".zip";
  private static final int LONGEST_NAME = 63;

  /** As many as a gateway takes. */
  private static final int MOST_BYTES = 1024 * 1024;

  /** Folders that tools make, which have no code of the user. Hidden ones are left out too. */
  private static final Set<String> NO_CODE =
      Set.of("node_modules", "__pycache__", "target", "venv");

  /** As many as an archive may have at the gateway. */
  private static final int MOST_FILES = 4096;

  /**
   * Reads a file, a zip file, or a folder.
   *
   * @throws CommandFailure if there is nothing to deploy
   */
  static Upload of(Path path) throws IOException {
    Path real = path.toRealPath();
    String name = String.valueOf(real.getFileName());
    if (Files.isDirectory(real)) {
      return ofFolder(real, functionName(name));
    }
    String stem = name.lastIndexOf('.') > 0 ? name.substring(0, name.lastIndexOf('.')) : name;
    RequestBody bytes = RequestBody.create(read(real, path, MOST_BYTES), BYTES);
    boolean zip = name.toLowerCase(Locale.ROOT).endsWith(ZIP);
    return new Upload(
        functionName(stem),
        zip ? bytes : form().addFormDataPart("file", name, bytes).build(),
        Set.of());
  }

  private static Upload ofFolder(Path folder, String name) throws IOException {
    FilesOfCode found = new FilesOfCode(folder);
    Files.walkFileTree(folder, found);
    if (found.files.isEmpty()) {
      throw CommandFailure.usage(folder + " has no files to deploy");
    }
    MultipartBody.Builder form = form();
    int left = MOST_BYTES;
    for (Path file : found.files) {
      byte[] bytes = read(file, folder, left);
      left -= bytes.length;
      form.addFormDataPart(
          "file", folder.relativize(file).toString(), RequestBody.create(bytes, BYTES));
    }
    return new Upload(name, form.build(), found.leftOut);
  }

  /** Reads a file, but no more of it than can be sent. */
  private static byte[] read(Path file, Path upload, int most) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new CommandFailure(
            ExitCodes.REFUSED,
            "%s has more than 1 MiB, which is the most that an upload may have: leave out what the function does not need, and let fob install its dependencies (docs/api.md)"
                .formatted(upload));
      }
      return bytes;
    }
  }

  private static MultipartBody.Builder form() {
    return new MultipartBody.Builder().setType(MultipartBody.FORM);
  }

  /** Makes a name of a file's name: what a function's name may not have becomes a hyphen. */
  static String functionName(String text) {
    String name =
        text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]+", "-").replaceAll("^[^a-z]+|-+$", "");
    return name.substring(0, Math.min(name.length(), LONGEST_NAME));
  }

  /** Whether a file or folder of that name is left out of a folder that is sent. */
  static boolean isLeftOut(String name) {
    return name.startsWith(".") || NO_CODE.contains(name);
  }

  /** Collects the files of a folder, in the order of their paths. */
  private static final class FilesOfCode extends SimpleFileVisitor<Path> {
    private final Path folder;
    private final SortedSet<Path> files = new TreeSet<>();
    private final SortedSet<String> leftOut = new TreeSet<>();

    FilesOfCode(Path folder) {
      this.folder = folder;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
      String name = String.valueOf(path.getFileName());
      if (path.equals(folder) || !isLeftOut(name)) {
        return FileVisitResult.CONTINUE;
      }
      leftOut.add(folder.relativize(path) + "/");
      return FileVisitResult.SKIP_SUBTREE;
    }

    @Override
    public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
      if (!path.getFileName().toString().startsWith(".")) {
        files.add(path);
      } else {
        leftOut.add(folder.relativize(path).toString());
      }
      if (files.size() > MOST_FILES) {
        throw CommandFailure.usage(
            "%s has more than %d files: expected a folder with one function"
                .formatted(folder, MOST_FILES));
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
