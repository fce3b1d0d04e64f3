package fob.deployer.marathon.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.deployer.FunctionSecrets;
import fob.deployer.marathon.api.AppLabels;
import fob.deployer.marathon.config.MarathonConfig;
import fob.function.FunctionSpec;
import java.io.IOException;

/**
 * The way of a function's instances to its secrets: they fetch them from a gateway. An app spec has
 * no secret, since everybody who may read Marathon's apps could read it there.
 *
 * @param version of the secrets. If it changes, so does the app, and Marathon replaces its tasks
 * @param token with which the gateway gives out the secrets of this function alone
 */
public record Access(String version, String token) {

  public static final Access NONE = new Access("", "");

  /**
   * @throws IOException if a secret is missing or cannot be decrypted; the message is for the user
   */
  public static Access to(FunctionSecrets secrets) throws IOException {
    String version = secrets.version();
    return version.isEmpty() ? NONE : new Access(version, secrets.token());
  }

  /** Adds what the driver needs. */
  void add(ObjectNode app, FunctionSpec spec, MarathonConfig config) {
    if (version.isEmpty()) {
      return;
    }
    ObjectNode env = app.withObjectProperty("env");
    FunctionSecrets.variables(spec.environment(), config.gateway() + "/api/secrets-of/" + spec.id())
        .forEach(env::put);
    env.put("FOB_CODE_TOKEN", token);
    app.withObjectProperty("labels").put(AppLabels.SECRETS, version);
    app.withObject("/container/docker")
        .withArray("parameters")
        .addObject()
        .put("key", "tmpfs")
        .put("value", "/run/secrets:rw,noexec,nosuid,nodev,mode=1777,size=8m");
  }

  @Override
  public String toString() {
    return "Access[version=" + version + "]";
  }
}
