package fob.gateway.access;

import fob.access.AccessKey;
import fob.access.KeyText;
import fob.access.Role;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.gateway.http.Problem;
import fob.secret.SecretKeys;
import io.javalin.http.Context;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets only those requests pass whose key allows them. As long as no key was made, everybody on
 * this machine may do everything. A check takes the same time however many keys and functions there
 * are. Thread-safe.
 */
public final class Access {

  private final Keys keys;
  private final boolean insecure;
  private final Function<FunctionId, Optional<FunctionSpec>> functions;
  private final Optional<SecretKeys> tokens;
  private final InstantSource clock;

  /**
   * @param insecure whether other machines may make requests although no key was made
   * @param functions returns the function with an id; empty if there is none
   * @param tokens know the tokens of functions; empty: this gateway accepts none
   */
  public Access(
      Keys keys,
      boolean insecure,
      Function<FunctionId, Optional<FunctionSpec>> functions,
      Optional<SecretKeys> tokens,
      InstantSource clock) {
    this.keys = keys;
    this.insecure = insecure;
    this.functions = functions;
    this.tokens = tokens;
    this.clock = clock;
  }

  /**
   * Checks that a gateway does not offer everybody to run code on its machines.
   *
   * @param host the address that it listens on
   * @throws IllegalStateException if it does; the message is for the user
   */
  public void requireSafe(InetAddress host) {
    if (!insecure && !keys.areNeeded() && !host.isLoopbackAddress()) {
      throw new IllegalStateException(
          "it listens on %s and no key was made, so everybody who reaches it could run code; start it on 127.0.0.1 and make a key there first (POST /api/keys), or set %s; FOB_INSECURE=true (./fob up: --insecure) starts it all the same"
              .formatted(host.getHostAddress(), AccessConfig.ADMIN_KEY));
    }
  }

  /**
   * Checks a request, and notes its client for {@link Caller#of(Context)}.
   *
   * @param needed the role that its key needs at least
   * @throws Problem 401 if there is no valid key, or 403 if the key does not allow the request
   */
  public void check(Context http, Role needed) {
    Caller caller = keys.areNeeded() ? caller(http.header("Authorization")) : anyone(http);
    if (!caller.role().includes(needed)) {
      throw Refusals.role(caller, needed);
    }
    if (!caller.functions().isAll()) {
      String function = http.pathParamMap().get("function");
      if (function != null) {
        requireFunction(caller, needed, function);
      }
    }
    caller.sends(http);
  }

  /**
   * Checks a request that a function's instances make too, with the token of their function.
   *
   * @param function the id of the function whose instance it may be; null: none
   * @throws Problem as {@link #check}
   */
  public void checkInstance(Context http, Role needed, @Nullable String function) {
    Optional<FunctionId> instance =
        Optional.ofNullable(function).flatMap(FunctionId::parse).filter(id -> hasToken(http, id));
    if (instance.isPresent()) {
      Caller.ofInstance(instance.get()).sends(http);
    } else {
      check(http, needed);
    }
  }

  private boolean hasToken(Context http, FunctionId function) {
    return tokens.isPresent()
        && Bearer.of(http).filter(token -> tokens.get().accepts(token, function)).isPresent();
  }

  /**
   * Checks a function that is not in the path of the request.
   *
   * @param function an id or a name; there need not be such a function
   * @throws Problem 403 if the key is not for that function
   */
  public void requireFunction(Context http, Role needed, String function) {
    requireFunction(Caller.of(http), needed, function);
  }

  private void requireFunction(Caller caller, Role needed, String function) {
    if (!mayUse(caller, function)) {
      throw Refusals.function(caller, needed, function);
    }
  }

  /** Whether the client may use the function with an id or a name. */
  public boolean mayUse(Caller caller, String function) {
    if (caller.functions().isAll()) {
      return true;
    }
    Optional<FunctionId> id = FunctionId.parse(function);
    return id.isPresent()
        ? caller.mayUse(id.flatMap(functions).map(FunctionSpec::name).orElse(null))
        : caller.functions().matches(withoutVersion(function));
  }

  /** {@code add} of {@code add@3}. */
  private static String withoutVersion(String name) {
    int at = name.indexOf('@');
    return at < 0 ? name : name.substring(0, at);
  }

  private Caller anyone(Context http) {
    if (!insecure && !InetAddress.ofLiteral(http.ip()).isLoopbackAddress()) {
      throw Refusals.noKeyMade();
    }
    return Caller.ANYONE;
  }

  private Caller caller(@Nullable String authorization) {
    if (authorization == null) {
      throw Refusals.noKey();
    }
    AccessKey key =
        Bearer.of(authorization)
            .flatMap(KeyText::parse)
            .map(text -> keys.find(text).orElseThrow(Refusals::unknown))
            .orElseThrow(Refusals::malformed);
    AccessKey.Revoked revoked = key.revoked();
    if (revoked != null) {
      throw Refusals.revoked(revoked);
    }
    if (key.hasExpired(clock.instant())) {
      throw Refusals.expired(key);
    }
    return Caller.of(key);
  }
}
