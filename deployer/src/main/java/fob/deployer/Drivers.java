package fob.deployer;

import fob.bus.wire.Json;
import fob.function.FunctionSpec;
import fob.function.Language;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The drivers in a folder, one sub-folder a language. Immutable. */
public final class Drivers {

  private static final Logger LOGGER = LoggerFactory.getLogger(Drivers.class);
  private static final String TEMPLATE = "driver.json";

  private final Map<String, Driver> byLanguage;

  private Drivers(Map<String, Driver> byLanguage) {
    this.byLanguage = byLanguage;
  }

  /** Returns drivers of no language. */
  public static Drivers none() {
    return new Drivers(Map.of());
  }

  /**
   * Reads the drivers of a folder.
   *
   * @throws IOException if the folder cannot be read, holds no driver, or a template is wrong; the
   *     message is for the user
   */
  public static Drivers in(Path folder) throws IOException {
    Map<String, Driver> found = new TreeMap<>();
    if (!Files.isDirectory(folder)) {
      throw new IOException("there is no folder " + folder);
    }
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path directory : entries.sorted().toList()) {
        if (Files.isRegularFile(directory.resolve(TEMPLATE))) {
          String language = directory.getFileName().toString();
          found.put(language, read(language, directory));
        }
      }
    }
    if (found.isEmpty()) {
      throw new IOException(
          "there is no driver in " + folder + ": expected <language>/" + TEMPLATE);
    }
    return new Drivers(found);
  }

  private static Driver read(String language, Path directory) throws IOException {
    Path template = directory.resolve(TEMPLATE);
    try {
      return new Driver(
              language,
              directory.toAbsolutePath(),
              Json.parse(Files.readAllBytes(template)),
              LanguageFile.in(directory, language))
          .withCommand();
    } catch (IllegalArgumentException e) {
      throw new IOException(template + ": " + e.getMessage(), e);
    }
  }

  /** Returns the driver of a language. */
  public Optional<Driver> get(String language) {
    return Optional.ofNullable(byLanguage.get(language));
  }

  /** Returns what runs a function: its image if it has one, otherwise its language's driver. */
  public Optional<Driver> of(FunctionSpec spec) {
    String image = spec.upload().image();
    return image == null ? get(spec.language()) : Optional.of(ImageDriver.of(image));
  }

  /** Returns those drivers that a platform can run. The log tells what is missing for others. */
  Drivers usableOn(Platform platform) {
    Map<String, Driver> usable = new TreeMap<>();
    for (Driver driver : byLanguage.values()) {
      String missing = platform.missingFor(driver);
      if (missing.isEmpty()) {
        usable.put(driver.language(), driver);
      } else {
        LOGGER
            .atWarn()
            .addKeyValue("language", driver.language())
            .log("functions cannot be written in this language here: {}", missing);
      }
    }
    return new Drivers(usable);
  }

  /** Returns how code of each language is recognised, sorted by the name of the language. */
  public List<Language> descriptions() {
    return byLanguage.values().stream().map(driver -> driver.file().language()).toList();
  }

  /** Returns the names of all variables that operators may set for installers. */
  public Set<String> installerSettings() {
    return byLanguage.values().stream()
        .flatMap(driver -> driver.file().settings().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns the names of the languages, sorted. */
  public List<String> languages() {
    return List.copyOf(byLanguage.keySet());
  }
}
