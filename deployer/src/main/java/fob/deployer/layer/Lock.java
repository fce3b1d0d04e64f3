package fob.deployer.layer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import fob.bus.wire.LayerWire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * The exact versions of dependencies, as an installer wrote them.
 *
 * @param packages how many there are
 */
record Lock(String text, int packages) {

  private static final String FILE = "lock.json";

  /**
   * Reads the output of the step {@code lock}.
   *
   * @throws InstallFailed if it is not as the contract says
   */
  static Lock in(Path output) throws IOException {
    Path file = output.resolve(FILE);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new InstallFailed("the installer has written no " + FILE);
    }
    if (Files.size(file) > LayerWire.MAX_LOCK_BYTES) {
      throw new InstallFailed(
          "there are too many of them: their list has more than %d bytes"
              .formatted(LayerWire.MAX_LOCK_BYTES));
    }
    String text = new String(Files.readAllBytes(file), UTF_8);
    return new Lock(text, packagesIn(text));
  }

  static int packagesIn(String text) throws InstallFailed {
    try {
      JsonNode packages = Json.parse(text.getBytes(UTF_8)).path("packages");
      if (packages.isArray()) {
        return packages.size();
      }
    } catch (IllegalArgumentException e) {
      throw new InstallFailed(
          "the installer has written a wrong " + FILE + ": " + e.getMessage(), e);
    }
    throw new InstallFailed("the installer has written a " + FILE + " without 'packages'");
  }
}
