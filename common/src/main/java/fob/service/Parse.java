package fob.service;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Parses values of settings. Each method throws an IllegalArgumentException for a wrong text; its
 * message is not for users.
 */
final class Parse {

  private Parse() {}

  static int integer(String text, int min, int max) {
    int number = Integer.parseInt(text);
    require(number >= min && number <= max);
    return number;
  }

  static boolean flag(String text) {
    require(text.equals("true") || text.equals("false"));
    return text.equals("true");
  }

  static Path path(String text) {
    return Path.of(text).toAbsolutePath();
  }

  static Path folder(String text) {
    Path folder = path(text);
    Path nearest = folder;
    while (!Files.exists(nearest) && nearest.getParent() != null) {
      nearest = nearest.getParent();
    }
    require(Files.isDirectory(nearest) && Files.isWritable(nearest));
    return folder;
  }

  static Duration duration(String text, Duration min, Duration max) {
    Duration duration = Durations.parse(text);
    require(duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0);
    return duration;
  }

  static String host(String text) {
    try {
      var _ = InetAddress.getByName(text);
      return text;
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static void require(boolean right) {
    if (!right) {
      throw new IllegalArgumentException();
    }
  }
}
