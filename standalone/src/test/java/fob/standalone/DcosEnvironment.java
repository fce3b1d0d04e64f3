package fob.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import fob.deployer.DeployerConfig;
import fob.deployer.layer.InstallSettings;
import fob.deployer.marathon.config.MarathonConfig;
import fob.gateway.GatewayConfig;
import fob.gateway.access.AccessConfig;
import fob.invoker.InvokerConfig;
import fob.secret.SecretKeys;
import fob.service.ConfigurationException;
import fob.service.Env;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads an app's environment with the code of its service, which refuses unknown variables and
 * wrong values. Replaces paths that exist only in the container: the drivers and a CA. Thread-safe.
 */
final class DcosEnvironment {

  private DcosEnvironment() {}

  record OfDeployer(DeployerConfig deployer, MarathonConfig marathon, InstallSettings install) {}

  static GatewayConfig gateway(JsonNode app) throws ConfigurationException {
    Env env = new Env(variables(app));
    GatewayConfig config = GatewayConfig.from(env);
    env.requireNoProblems();
    return config;
  }

  static InvokerConfig invoker(JsonNode app) throws ConfigurationException {
    Env env = new Env(variables(app));
    InvokerConfig config = InvokerConfig.from(env);
    env.requireNoProblems();
    return config;
  }

  static OfDeployer deployer(JsonNode app) throws ConfigurationException {
    Map<String, String> variables = variables(app);
    variables.put("FOB_DRIVERS", Repository.DRIVERS.toString());
    if (variables.containsKey("FOB_MARATHON_CA")) {
      assertThat(variables.put("FOB_MARATHON_CA", Repository.ROOT.resolve("README.md").toString()))
          .startsWith("/mnt/mesos/sandbox/");
    }
    Env env = new Env(variables);
    DeployerConfig deployer = DeployerConfig.from(env);
    OfDeployer config =
        new OfDeployer(
            deployer, MarathonConfig.from(env), InstallSettings.from(env, deployer.drivers()));
    assertThat(env.text("FOB_PLATFORM", "", "process")).isEqualTo("marathon");
    env.requireNoProblems();
    return config;
  }

  /** Reads the environment of any app, to find its problems. */
  static void read(JsonNode app) throws ConfigurationException {
    switch (app.at("/args/0").asText()) {
      case "gateway" -> gateway(app);
      case "invoker" -> invoker(app);
      case "deployer" -> deployer(app);
      default -> throw new AssertionError("no service of fob: " + app);
    }
  }

  /** Replaces references to secrets by values, as a task gets them. */
  private static Map<String, String> variables(JsonNode app) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> variable : app.path("env").properties()) {
      JsonNode value = variable.getValue();
      if (value.isObject()) {
        assertThat(app.path("secrets").has(value.path("secret").asText())).isTrue();
      }
      variables.put(
          variable.getKey(), value.isTextual() ? value.asText() : secret(variable.getKey()));
    }
    return variables;
  }

  /** Returns a value of a secret that an app gets in this variable. */
  private static String secret(String variable) {
    return switch (variable) {
      case "FOB_DCOS_SERVICE_ACCOUNT" -> serviceAccount();
      case SecretKeys.VARIABLE -> Base64.getEncoder().encodeToString(new byte[32]);
      case AccessConfig.ADMIN_KEY -> "fob_admin_" + "a".repeat(48);
      default -> throw new AssertionError("no value for the secret in " + variable);
    };
  }

  /** A secret in the format of {@code dcos security secrets create-sa-secret}. */
  private static String serviceAccount() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048); // a fifth of the time of the default
      byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
      String lines = Base64.getMimeEncoder(64, "\n".getBytes(UTF_8)).encodeToString(key);
      return new ObjectMapper()
          .createObjectNode()
          .put("scheme", "RS256")
          .put("uid", "fob-deployer")
          .put(
              "private_key",
              "-----BEGIN PRIVATE KEY-----\n" + lines + "\n-----END PRIVATE KEY-----\n")
          .put("login_endpoint", "https://master.mesos/acs/api/v1/auth/login")
          .toString();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
