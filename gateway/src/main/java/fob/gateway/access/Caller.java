package fob.gateway.access;

import fob.access.AccessKey;
import fob.access.Glob;
import fob.access.Quota;
import fob.access.Role;
import fob.function.FunctionId;
import fob.function.FunctionName;
import io.javalin.http.Context;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The client of a request, and what it may do. Immutable.
 *
 * @param id of its key; empty if it needs none
 * @param functions the names of the functions that it may use
 * @param secrets the names of the secrets that it may use; null: none
 * @param quota how much it may use
 */
public record Caller(
    String id, String name, Role role, Glob functions, @Nullable Glob secrets, Quota quota) {

  /** The client of a gateway that needs no keys. */
  static final Caller ANYONE =
      new Caller("", "anonymous", Role.ADMIN, Glob.ALL, Glob.ALL, Quota.NONE);

  private static final String ATTRIBUTE = Caller.class.getName();

  static Caller of(AccessKey key) {
    return new Caller(
        key.id(), key.name(), key.role(), key.functions(), key.secrets(), key.quota());
  }

  /** An instance of a function, which has shown the token of that function. */
  static Caller ofInstance(FunctionId function) {
    return new Caller("", "an instance of " + function, Role.DEPLOY, Glob.ALL, null, Quota.NONE);
  }

  /** The client of a request that has passed its check. */
  public static Caller of(Context http) {
    return Objects.requireNonNull(known(http), "the request was not checked");
  }

  /** The client of a request, also of one that was refused; null if it has no valid key. */
  static @Nullable Caller known(Context http) {
    return http.attribute(ATTRIBUTE);
  }

  void sends(Context http) {
    http.attribute(ATTRIBUTE, this);
  }

  /** Its name and the id of its key, for people. */
  public String text() {
    return id.isEmpty() ? name : "%s (%s)".formatted(name, id);
  }

  /** Whether it may use functions with this name; null is the name of functions without one. */
  public boolean mayUse(@Nullable FunctionName function) {
    return functions.isAll() || (function != null && functions.matches(function.value()));
  }

  /**
   * Checks the name under which a function is registered.
   *
   * @throws fob.gateway.http.Problem 403 if the client may not use functions with this name
   */
  public void requireName(@Nullable FunctionName function) {
    if (function == null && !functions.isAll()) {
      throw Refusals.noName(this);
    }
    if (!mayUse(function)) {
      throw Refusals.function(this, Role.DEPLOY, String.valueOf(function));
    }
  }

  /**
   * @throws fob.gateway.http.Problem 403 if the client may not use the secret
   */
  public void requireSecret(String secret) {
    if (!mayUseSecret(secret)) {
      throw Refusals.secret(this, secret);
    }
  }

  public boolean mayUseSecret(String secret) {
    return secrets != null && secrets.matches(secret);
  }
}
