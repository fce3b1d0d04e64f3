package fob.gateway.access;

import fob.access.AccessKey;
import fob.access.KeyText;
import fob.access.Role;
import fob.gateway.http.Problem;

/**
 * What clients hear whose key does not allow their request. None of it depends on whether a
 * function or a secret exists.
 */
final class Refusals {

  private Refusals() {}

  static Problem noKey() {
    return unauthorized(
        "no-key",
        "this gateway needs a key: send the header 'Authorization: Bearer', then the key; somebody"
            + " with an admin key makes one, with POST /api/keys",
        "Bearer");
  }

  static Problem noKeyMade() {
    return Problem.ofGateway(
        403,
        "no-key-made",
        "there is no key, so this gateway serves its own machine alone; make a key there or at another gateway, with POST /api/keys at 127.0.0.1, or start the gateway with FOB_ADMIN_KEY or FOB_INSECURE=true");
  }

  static Problem malformed() {
    return invalid(
        "bad-key",
        "the header Authorization has no key: expected 'Bearer' and %s".formatted(KeyText.FORM));
  }

  static Problem unknown() {
    return invalid("unknown-key", "there is no such key, or its secret is wrong");
  }

  static Problem revoked(AccessKey.Revoked revoked) {
    return invalid(
        "revoked-key", "the key was deleted at %s; use another one".formatted(revoked.at()));
  }

  static Problem expired(AccessKey key) {
    return invalid(
        "expired-key",
        "the key has expired at %s; somebody with an admin key makes a new one, with POST /api/keys"
            .formatted(key.expires()));
  }

  private static Problem invalid(String reason, String detail) {
    return unauthorized(reason, detail, "Bearer error=\"invalid_token\"");
  }

  private static Problem unauthorized(String reason, String detail, String challenge) {
    return Problem.ofGateway(401, reason, detail).header("WWW-Authenticate", challenge);
  }

  static Problem role(Caller caller, Role needed) {
    return forbidden(
        needed,
        "this needs a key with the role '%s', and '%s' has the role '%s'"
            .formatted(needed.label(), caller.text(), caller.role().label()));
  }

  static Problem function(Caller caller, Role needed, String function) {
    return forbidden(
        needed,
        "this needs a key with the role '%s' for '%s', and '%s' may use only functions whose name matches %s"
            .formatted(needed.label(), function, caller.text(), caller.functions()));
  }

  static Problem notAll(Caller caller) {
    return forbidden(
        Role.METRICS,
        "this needs a key for all functions, and '%s' may use only functions whose name matches %s"
            .formatted(caller.text(), caller.functions()));
  }

  static Problem noName(Caller caller) {
    return forbidden(
        Role.DEPLOY,
        "this needs a key with the role 'deploy' for all functions, and '%s' may register functions only under a name that matches %s: add name= to the settings"
            .formatted(caller.text(), caller.functions()));
  }

  static Problem secret(Caller caller, String secret) {
    String may =
        caller.secrets() == null ? "no secret" : "only secrets that match " + caller.secrets();
    return forbidden(
        Role.DEPLOY,
        "this needs a key with the role 'deploy' for the secret '%s', and '%s' may use %s"
            .formatted(secret, caller.text(), may));
  }

  private static Problem forbidden(Role needed, String detail) {
    return Problem.ofGateway(403, "forbidden", detail).with("role", needed.label());
  }
}
