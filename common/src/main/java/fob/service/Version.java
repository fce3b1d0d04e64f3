package fob.service;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Tells the version of fob. */
public final class Version {

  private Version() {}

  /** Returns a text such as {@code fob 1.2.3}. */
  public static String text() {
    Properties properties = new Properties();
    try (InputStream file = Version.class.getResourceAsStream("fob.properties")) {
      properties.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "fob " + properties.getProperty("version");
  }
}
