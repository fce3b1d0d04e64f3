package fob.gateway.access;

import fob.access.KeyText;
import fob.service.Env;
import java.util.Optional;

/**
 * Settings of who may use a gateway.
 *
 * @param admin the operator's admin key; empty: none
 * @param insecure whether the gateway may serve other machines although no key was made
 */
public record AccessConfig(Optional<KeyText> admin, boolean insecure) {

  public static final String ADMIN_KEY = "FOB_ADMIN_KEY";

  /** No admin key: serves this machine alone until a key was made. */
  public static final AccessConfig NONE = new AccessConfig(Optional.empty(), false);

  private static final String EXPECTED =
      ADMIN_KEY
          + ": expected "
          + KeyText.FORM
          + ", such as echo fob_admin_$(openssl rand -hex 24) prints";

  /** Reads the variables. The environment collects the problems, which have nothing of the key. */
  public static AccessConfig from(Env env) {
    Optional<String> text =
        env.optional(ADMIN_KEY, "a key with the role admin, the same at all gateways");
    Optional<KeyText> admin = text.flatMap(KeyText::parse);
    if (text.isPresent() && admin.isEmpty()) {
      env.problem(EXPECTED);
    }
    return new AccessConfig(
        admin,
        env.flag("FOB_INSECURE", "serve other machines too although no key was made", false));
  }

  /**
   * Reads the key as it is in the variable.
   *
   * @param text may be empty
   * @throws IllegalArgumentException if it is no key; the message has nothing of it
   */
  public static AccessConfig of(String text) {
    Optional<KeyText> admin = KeyText.parse(text);
    if (admin.isEmpty() && !text.isEmpty()) {
      throw new IllegalArgumentException(EXPECTED);
    }
    return new AccessConfig(admin, false);
  }

  /** The same for a gateway that serves everybody. */
  public AccessConfig withInsecure(boolean mayBe) {
    return new AccessConfig(admin, mayBe);
  }
}
