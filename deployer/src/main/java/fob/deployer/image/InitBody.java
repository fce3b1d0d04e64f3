package fob.deployer.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.deployer.FunctionSecrets;
import fob.function.Code;
import fob.function.FunctionSpec;
import fob.function.Protocol;
import fob.function.SecretUse;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/** Makes the body of {@code POST /init}. */
public final class InitBody {

  /** The entry point of an OpenWhisk action, unless it names another one. */
  private static final String MAIN = "main";

  private InitBody() {}

  /**
   * Makes the body. Of the secrets, those for files alone are not in it.
   *
   * @throws IOException if a secret is missing or cannot be decrypted; the message is for the user
   */
  public static byte[] of(FunctionSpec spec, Code code, Protocol protocol, FunctionSecrets secrets)
      throws IOException {
    Map<String, byte[]> values = secrets.read();
    byte[] body = of(spec, code, protocol, values);
    values.values().forEach(value -> Arrays.fill(value, (byte) 0));
    return body;
  }

  private static byte[] of(
      FunctionSpec spec, Code code, Protocol protocol, Map<String, byte[]> secrets) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ObjectNode value = body.putObject("value");
    value.put("name", spec.name() == null ? spec.id().toString() : spec.name().value());
    String main = spec.upload().main();
    if (main != null || protocol == Protocol.OPENWHISK) {
      value.put("main", main == null ? MAIN : main);
    }
    value.put("binary", code.isZip());
    value.put(
        "code",
        code.isZip()
            ? Base64.getEncoder().encodeToString(code.bytes())
            : new String(code.bytes(), UTF_8));
    if (spec.upload().entry() != null) {
      value.put("entry", spec.upload().entry());
    }
    ObjectNode env = value.putObject("env");
    spec.environment().variables().forEach(env::put);
    for (SecretUse secret : spec.environment().secrets()) {
      byte[] text = secrets.get(secret.name());
      if (!secret.asFile() && text != null) {
        env.put(secret.name(), new String(text, UTF_8));
      }
    }
    return Json.bytes(body);
  }
}
