package fob.gateway.upload;

import fob.function.Language;
import fob.gateway.http.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The file of an archive that is loaded first.
 *
 * @param path its path in the archive
 */
record EntryFile(String path, Language language) {

  private static final int READ_FOR_SIGNS = 64 * 1024;

  /**
   * Finds the entry file: the one that the registration names, or that a language names, or the
   * only one of the language at the top, or the only file at the top.
   *
   * @throws Problem if there is none, or several
   */
  static EntryFile of(FileSet files, Wanted wanted) {
    String entry = wanted.entry();
    if (entry != null) {
      return of(files.get(entry).orElseThrow(() -> notThere(entry, files)), wanted);
    }
    List<EntryFile> usual =
        wanted.languages().stream().flatMap(each -> usual(files, each).stream()).toList();
    if (!usual.isEmpty()) {
      return only(usual);
    }
    List<EntryFile> sources =
        wanted.languages().stream().flatMap(each -> sources(files, each).stream()).toList();
    if (!sources.isEmpty()) {
      return only(sources);
    }
    if (files.atTop().size() == 1) {
      return of(files.atTop().getFirst(), wanted);
    }
    throw none(files, wanted);
  }

  /**
   * Checks that the archive has the entry file that the registration names, if it names one.
   *
   * @throws Problem if it has not
   */
  static void requireThere(FileSet files, Wanted wanted) {
    String entry = wanted.entry();
    if (entry != null && files.get(entry).isEmpty()) {
      throw notThere(entry, files);
    }
  }

  private static Problem notThere(String entry, FileSet files) {
    return Refusals.unclear(
        "no-entry",
        "there is no file entry=%s in the archive; there are %s"
            .formatted(Refusals.shown(entry), files.names()));
  }

  private static Optional<EntryFile> usual(FileSet files, Language language) {
    return language.entries().stream()
        .filter(name -> files.get(name).isPresent())
        .map(name -> new EntryFile(name, language))
        .findFirst();
  }

  private static List<EntryFile> sources(FileSet files, Language language) {
    return files.atTop().stream()
        .filter(file -> language.hasExtensionOf(file.path()))
        .map(file -> new EntryFile(file.path(), language))
        .toList();
  }

  private static EntryFile of(Member file, Wanted wanted) {
    return new EntryFile(file.path(), LanguageChoice.of(file.path(), beginning(file), wanted, ""));
  }

  /** Returns the beginning of a file as far as it is text; signs of a language are in it. */
  private static String beginning(Member file) {
    try (InputStream content = file.open()) {
      return new String(
          content.readNBytes(READ_FOR_SIGNS), java.nio.charset.StandardCharsets.UTF_8);
    } catch (IOException | RuntimeException broken) {
      return "";
    }
  }

  private static EntryFile only(List<EntryFile> candidates) {
    if (candidates.size() == 1) {
      return candidates.getFirst();
    }
    List<String> paths = candidates.stream().map(EntryFile::path).distinct().toList();
    if (paths.size() == 1) {
      throw LanguageChoice.ambiguous(candidates.stream().map(EntryFile::language).toList());
    }
    throw Refusals.unclear(
        "ambiguous-entry",
        "several files of the archive may be the entry file: %s; name it, as in entry=%s"
            .formatted(
                paths.stream().map(Refusals::shown).collect(Collectors.joining(", ")),
                paths.getFirst()));
  }

  private static Problem none(FileSet files, Wanted wanted) {
    return Refusals.unclear(
        "no-entry",
        "the archive has no entry file: name it, as in entry=PATH. Looked for, at the top: %s. There are %s"
            .formatted(
                wanted.languages().stream()
                    .map(EntryFile::lookedFor)
                    .collect(Collectors.joining("; ")),
                files.names()));
  }

  private static String lookedFor(Language language) {
    String usual =
        language.entries().isEmpty() ? "" : String.join(" or ", language.entries()) + ", or ";
    return language.extensions().isEmpty()
        ? "for " + language.name() + " " + usual + "the only file"
        : "for %s %sthe only file *%s"
            .formatted(language.name(), usual, String.join(", *", language.extensions()));
  }
}
