package fob.deployer;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import fob.bus.wire.LanguageJson;
import fob.function.Language;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The file {@code drivers/<language>/language.json}. Immutable.
 *
 * @param language how code of this language is recognised
 * @param declarations regular expressions that find all that the installer needs of a source file;
 *     empty: it needs the whole file
 * @param install the command that installs dependencies; empty if the language has no packages
 * @param settings the variables that the operator may set for that command
 * @param requires the programs of the host that functions of this language need, absolute paths
 * @param check a command that fails if the host lacks something that no path can tell; empty: none
 * @param debian the Debian packages that contain what the host needs
 */
public record LanguageFile(
    Language language,
    List<String> declarations,
    List<String> install,
    List<String> settings,
    List<String> requires,
    List<String> check,
    List<String> debian) {

  static final String NAME = "language.json";

  public LanguageFile {
    declarations = List.copyOf(declarations);
    declarations.forEach(Language::checkExpression);
    install = List.copyOf(install);
    settings = List.copyOf(settings);
    requires = List.copyOf(requires);
    check = List.copyOf(check);
    debian = List.copyOf(debian);
  }

  /** Returns the description of a language without such a file. */
  static LanguageFile none(String language) {
    return new LanguageFile(
        Language.named(language), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
  }

  /**
   * Reads the file of a driver's folder, if there is one.
   *
   * @throws IOException if it cannot be read or is wrong; the message is for the user
   */
  static LanguageFile in(Path directory, String language) throws IOException {
    Path file = directory.resolve(NAME);
    if (!Files.exists(file)) {
      return none(language);
    }
    try {
      JsonNode json = Json.parse(Files.readAllBytes(file));
      return new LanguageFile(
          LanguageJson.read(language, json),
          LanguageJson.texts(json, "declarations"),
          LanguageJson.texts(json, "install"),
          LanguageJson.texts(json, "settings"),
          LanguageJson.texts(json, "requires"),
          LanguageJson.texts(json, "check"),
          LanguageJson.texts(json, "debian"));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }
}
