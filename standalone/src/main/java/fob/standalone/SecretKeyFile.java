package fob.standalone;

import fob.secret.SecretKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;

/**
 * The key of secrets in the data folder. It is made at the first start. The folder must be locked.
 */
final class SecretKeyFile {

  private static final String NAME = "secret.key";
  private static final int KEY_BYTES = 32;
  private static final Set<PosixFilePermission> OWNERS =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private SecretKeyFile() {}

  /**
   * Reads the keys of a data folder, and makes one if there is none.
   *
   * @throws StartRefused if the file cannot be used; the message is for the user
   */
  static SecretKeys in(Path folder) {
    Path file = folder.resolve(NAME);
    try {
      if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        create(file);
      }
      if (!OWNERS.containsAll(Files.getPosixFilePermissions(file))) {
        throw new StartRefused(
            "%s is the key of all secrets, and others may read or change it: run chmod 600 %1$s, and write the secrets again if somebody else may have read it"
                .formatted(file));
      }
      return SecretKeys.parse(Files.readString(file, StandardCharsets.UTF_8).strip());
    } catch (IllegalArgumentException e) {
      throw new StartRefused(
          "%s is no key of secrets: %s; put the right file back, or delete it, and write all secrets again"
              .formatted(file, e.getMessage()));
    } catch (IOException e) {
      throw new StartRefused("the key of secrets %s cannot be used: %s".formatted(file, e));
    }
  }

  /** The file gets its name only when it is whole. */
  private static void create(Path file) throws IOException {
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    Path early = file.resolveSibling(NAME + ".new");
    Files.deleteIfExists(early);
    Files.createFile(early, PosixFilePermissions.asFileAttribute(OWNERS));
    Files.writeString(early, Base64.getEncoder().encodeToString(key) + "\n");
    Files.move(early, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
