package fob.gateway.access;

import fob.access.AccessKey;
import fob.access.KeyText;
import fob.function.FunctionId;
import fob.gateway.http.Problem;
import fob.secret.SecretKeys;
import io.javalin.http.Context;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whose request it is, by its key. As long as no key was made, everybody on this machine
 * is a client. Thread-safe.
 */
public final class Clients {

  private final Keys keys;
  private final InetAddress host;
  private final boolean insecure;
  private final Optional<SecretKeys> tokens;
  private final InstantSource clock;

  /**
   * @param host the address that the gateway listens on
   * @param insecure whether other machines may make requests although no key was made
   * @param tokens know the tokens of functions; empty: this gateway accepts none
   */
  public Clients(
      Keys keys,
      InetAddress host,
      boolean insecure,
      Optional<SecretKeys> tokens,
      InstantSource clock) {
    this.keys = keys;
    this.host = host;
    this.insecure = insecure;
    this.tokens = tokens;
    this.clock = clock;
  }

  /**
   * Checks that a gateway does not offer everybody to run code on its machines.
   *
   * @throws IllegalStateException if it does; the message is for the user
   */
  public void requireSafe() {
    if (!keys.areNeeded() && !mayBeWithoutKeys()) {
      throw new IllegalStateException(
          "it listens on %s and no key was made, so everybody who reaches it could run code; start it on 127.0.0.1 and make a key there first (POST /api/keys), or set %s; FOB_INSECURE=true (./fob up: --insecure) starts it all the same"
              .formatted(host.getHostAddress(), AccessConfig.ADMIN_KEY));
    }
  }

  /** Whether this gateway could start if no key was made. */
  boolean mayBeWithoutKeys() {
    return insecure || keys.hasAdmin() || host.isLoopbackAddress();
  }

  /** Refuses the deletion of the last key. */
  Problem lastKey() {
    return Problem.ofGateway(
        409,
        "last-key",
        "this is the last key, and without one this gateway, which listens on %s, serves no other machine and does not start again; to replace the key, make another one first (POST /api/keys); to do without keys, restart the gateway on 127.0.0.1 and delete the key there"
            .formatted(host.getHostAddress()));
  }

  /**
   * Returns the client of a request. Takes the same time however many keys there are.
   *
   * @throws Problem 401 if there is no valid key, or 403 if there is none at all and the request
   *     comes from another machine
   */
  Caller of(Context http) {
    return keys.areNeeded() ? withKey(http.header("Authorization")) : anyone(http);
  }

  /** Returns the function's instance whose request it is, by its token; empty if it is none. */
  Optional<Caller> instance(Context http, @Nullable String function) {
    return tokens.flatMap(known ->
        Optional.ofNullable(function)
            .flatMap(FunctionId::parse)
            .filter(id -> Bearer.of(http).filter(token -> known.accepts(token, id)).isPresent())
            .map(Caller::ofInstance));
  }

  private Caller anyone(Context http) {
    if (!insecure && !InetAddress.ofLiteral(http.ip()).isLoopbackAddress()) {
      throw Refusals.noKeyMade();
    }
    return Caller.ANYONE;
  }

  private Caller withKey(@Nullable String authorization) {
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
