package fob.deployer.marathon.login;

import fob.service.Env;
import java.util.Optional;

/** The credentials for Marathon. No {@code toString} shows a secret. Immutable. */
public sealed interface Credentials {

  /** Marathon needs no credentials. */
  record None() implements Credentials {}

  /** HTTP Basic, as Marathon's {@code --http_credentials}. */
  record Basic(String user, String password) implements Credentials {
    @Override
    public String toString() {
      return "Basic[user=" + user + ", password=***]";
    }
  }

  /** A service account of DC/OS. */
  record Dcos(ServiceAccount account) implements Credentials {}

  /** Reads its variables; problems are gathered in the environment, without secrets. */
  static Credentials from(Env env) {
    Optional<String> user = env.optional("FOB_MARATHON_USER", "HTTP Basic");
    Optional<String> password = env.optional("FOB_MARATHON_PASSWORD", "HTTP Basic");
    Optional<String> account =
        env.optional(
            "FOB_DCOS_SERVICE_ACCOUNT",
            "a service account's JSON: uid, private_key in PKCS#8, login_endpoint");
    if (user.isPresent() != password.isPresent()) {
      env.problem("FOB_MARATHON_USER, FOB_MARATHON_PASSWORD: expected both or neither");
    }
    if (user.filter(name -> name.contains(":")).isPresent()) {
      env.problem("FOB_MARATHON_USER: expected a name without ':'");
    }
    if (user.isPresent() && account.isPresent()) {
      env.problem("FOB_MARATHON_USER, FOB_DCOS_SERVICE_ACCOUNT: expected one of the two");
    }
    if (account.isPresent()) {
      try {
        return new Dcos(ServiceAccount.parse(account.get()));
      } catch (IllegalArgumentException e) {
        env.problem("FOB_DCOS_SERVICE_ACCOUNT: " + e.getMessage());
      }
    }
    return user.isPresent() && password.isPresent()
        ? new Basic(user.get(), password.get())
        : new None();
  }
}
