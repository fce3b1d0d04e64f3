package fob.gateway.upload;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.gateway.http.Problem;
import java.util.List;

/** The rules for paths in an archive. */
final class MemberPath {

  private static final int LONGEST = 512;
  private static final int LONGEST_NAME = 255;

  private MemberPath() {}

  /**
   * Checks a path.
   *
   * @throws Problem if it could lead out of the archive's folder, or has no meaning everywhere
   */
  static void check(String path) {
    if (path.isEmpty()) {
      throw refusal(path, "a file has no name");
    }
    if (path.startsWith("/") || path.matches("[A-Za-z]:.*")) {
      throw refusal(path, "the path is absolute: expected one relative to the folder of the code");
    }
    if (path.indexOf('\\') >= 0) {
      throw refusal(path, "the path has a backslash: expected '/' between the names of folders");
    }
    List<String> names = List.of(path.split("/", -1));
    if (names.contains("..")) {
      throw refusal(path, "the path has '..': expected one inside of the folder of the code");
    }
    if (names.contains(".") || names.contains("")) {
      throw refusal(path, "the path has '.' or an empty name");
    }
    if (path.codePoints().anyMatch(character -> Character.isISOControl(character))) {
      throw refusal(path, "the path has a control character");
    }
    if (bytes(path) > LONGEST || names.stream().anyMatch(name -> bytes(name) > LONGEST_NAME)) {
      throw refusal(
          path,
          "the path is too long: at most %d bytes, and %d for each name"
              .formatted(LONGEST, LONGEST_NAME));
    }
  }

  private static int bytes(String text) {
    return text.getBytes(UTF_8).length;
  }

  private static Problem refusal(String path, String why) {
    return Refusals.bad("the file " + Refusals.shown(path) + " is refused: " + why);
  }
}
