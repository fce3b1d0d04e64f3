package fob.deployer.marathon.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.deployer.CodeSource;
import fob.deployer.FunctionLayer;
import fob.deployer.FunctionSecrets;
import fob.deployer.marathon.api.AppLabels;
import fob.deployer.marathon.config.MarathonConfig;
import fob.function.FunctionSpec;
import fob.function.Layer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The way of a function's instances to its code, dependencies and secrets: they fetch them from a
 * gateway. An app spec has no secret, since everybody who may read Marathon's apps could read it
 * there.
 *
 * @param layer the dependencies; null if there are none. If they change, so does the app
 * @param version of the secrets. If it changes, so does the app, and Marathon replaces its tasks
 * @param token with which a gateway gives out what belongs to this function alone; empty: only one
 *     that needs no keys gives out code and dependencies
 */
public record Access(@Nullable Layer layer, String version, String token) {

  private static final long MIB = 1 << 20;

  public static final Access NONE = new Access(null, "", "");

  /**
   * @throws IOException if a secret is missing or cannot be decrypted; the message is for the user
   */
  public static Access to(CodeSource code) throws IOException {
    FunctionLayer dependencies = code.layer();
    Layer layer = dependencies == null ? null : dependencies.layer();
    String version = code.secrets().version();
    return new Access(layer, version, code.secrets().token());
  }

  /**
   * Returns the memory for the dependencies in MiB: each instance has them in its memory, at first
   * packed as well. Where this machine runs functions they do not count, so here they are added.
   */
  int layerMiB() {
    return layer == null
        ? 0
        : Math.toIntExact(Math.ceilDiv(layer.bytes() + layer.unpackedBytes(), MIB));
  }

  /** Adds what the driver needs. */
  void add(ObjectNode app, FunctionSpec spec, MarathonConfig config) {
    ObjectNode env = app.withObjectProperty("env");
    if (layer != null) {
      env.put(
          "FOB_LAYER_URL",
          "%s/api/layers/%s?function=%s".formatted(config.gateway(), layer.name(), spec.id()));
      env.put("FOB_LAYER_SHA256", layer.sha256());
    }
    if (!token.isEmpty() && spec.upload().image() == null) {
      env.put("FOB_CODE_TOKEN", token);
    }
    if (!version.isEmpty()) {
      addSecrets(app, env, spec, config);
    }
  }

  private void addSecrets(
      ObjectNode app, ObjectNode env, FunctionSpec spec, MarathonConfig config) {
    app.withObjectProperty("labels").put(AppLabels.SECRETS, version);
    if (spec.upload().image() != null) {
      return; // fob gives them to each task together with the code
    }
    FunctionSecrets.variables(spec.environment(), config.gateway() + "/api/secrets-of/" + spec.id())
        .forEach(env::put);
    DockerParameters.addFolder(app, "/run/secrets:rw,noexec,nosuid,nodev,mode=1777,size=8m");
  }

  @Override
  public String toString() {
    return "Access[layer=%s, version=%s]".formatted(layer, version);
  }
}
