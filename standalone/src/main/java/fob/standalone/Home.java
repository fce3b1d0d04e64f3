package fob.standalone;

import java.nio.file.Path;

/** The folder in which fob is installed, which the launcher sets. */
final class Home {

  /** The system property with the path of the log, to be set before the first logger is created. */
  static final String LOG_PROPERTY = "fob.log";

  private static final String HOME_PROPERTY = "fob.home";

  private Home() {}

  static Path drivers() {
    return folder().resolve("drivers");
  }

  static Path examples() {
    return folder().resolve("examples");
  }

  private static Path folder() {
    return Path.of(System.getProperty(HOME_PROPERTY, ".")).toAbsolutePath().normalize();
  }
}
