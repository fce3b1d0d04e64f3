package fob.standalone;

import java.nio.file.Path;

/** Where fob is installed, as the launcher says. */
final class Home {

  /** Where the log goes: has to be set before the first logger is made. */
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
