package fob.access;

import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A key as it is kept: without its text. The constructor throws an IllegalArgumentException for
 * invalid values, whose message is for the user.
 *
 * @param sha256 the checksum of the whole text of the key, in lower-case hex
 * @param name the name that its maker gave it
 * @param functions the names of the functions that it may use
 * @param secrets the names of the secrets that it may write and give to functions; null: none
 * @param quota how much it may use
 * @param made when it was made
 * @param by who made it
 * @param expires from when on it is refused; null: never
 * @param revoked when it was deleted, and by whom; null: it was not
 */
public record AccessKey(
    String id,
    String sha256,
    String name,
    Role role,
    Glob functions,
    @Nullable Glob secrets,
    Quota quota,
    Instant made,
    String by,
    @Nullable Instant expires,
    @Nullable Revoked revoked) {

  private static final Pattern ID = Pattern.compile("[a-z0-9]{1,16}");
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 ._@-]{0,62}");

  /** The end of a key. */
  public record Revoked(Instant at, String by) {}

  public AccessKey {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("'%s' is not the id of a key".formatted(id));
    }
    if (!SHA_256.matcher(sha256).matches()) {
      throw new IllegalArgumentException("the checksum of the key is not a SHA-256 in hex");
    }
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name='%s': expected a letter or digit, then up to 62 of letters, digits, spaces and ._@-"
              .formatted(name));
    }
    if (role == Role.ADMIN && !functions.isAll()) {
      throw new IllegalArgumentException(
          "functions='%s': a key with the role admin may use all functions, so leave it out"
              .formatted(functions));
    }
    if (role == Role.CALL && quota.maxFunctions() > 0) {
      throw new IllegalArgumentException(
          "max-functions=%d: a key with the role call registers no functions, so leave it out"
              .formatted(quota.maxFunctions()));
    }
  }

  /** Returns the same key, deleted. */
  public AccessKey revoke(Instant at, String who) {
    return new AccessKey(
        id, sha256, name, role, functions, secrets, quota, made, by, expires, new Revoked(at, who));
  }

  public boolean isRevoked() {
    return revoked != null;
  }

  public boolean hasExpired(Instant now) {
    return expires != null && !now.isBefore(expires);
  }

  /** Whether it can make keys for ever, unless somebody deletes it. */
  public boolean isLastingAdmin() {
    return role == Role.ADMIN && expires == null && !isRevoked();
  }
}
