package fob.gateway.secret;

import fob.gateway.http.Problem;
import fob.secret.SecretKeys;
import java.util.Optional;

/** What a gateway without a key says. */
final class SecretKeysProblem {

  private SecretKeysProblem() {}

  /**
   * @throws Problem 503 if there is no key
   */
  static SecretKeys require(Optional<SecretKeys> keys) {
    return keys.orElseThrow(() ->
        Problem.ofGateway(
            503,
            "no-secret-key",
            "this gateway has no key for secrets: set %s, the same at all gateways and deployers; %s"
                .formatted(SecretKeys.VARIABLE, SecretKeys.ADVICE)));
  }
}
