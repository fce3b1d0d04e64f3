package fob.deployer.marathon.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/**
 * A service account of DC/OS. It logs in with a token that it signs itself. {@code toString} does
 * not show the key. Immutable.
 *
 * @param uid the account's name
 * @param login the URL that exchanges a signed token for one that Marathon accepts
 */
public record ServiceAccount(String uid, PrivateKey key, URI login) {

  private static final Duration LIFE = Duration.ofSeconds(60);
  private static final String FORM =
      "expected the service account's JSON, {\"uid\", \"private_key\", \"login_endpoint\"}";

  /**
   * @throws IllegalArgumentException if the text is not an account's JSON; the message does not
   *     show the text
   */
  public static ServiceAccount parse(String text) {
    JsonNode json;
    try {
      json = Json.parse(text.getBytes(UTF_8));
    } catch (IllegalArgumentException hidden) {
      // Without the cause, which may quote the key.
      throw new IllegalArgumentException(FORM + ", but it is not JSON");
    }
    for (String field : new String[] {"uid", "private_key", "login_endpoint"}) {
      if (!json.path(field).isTextual() || json.path(field).asText().isBlank()) {
        throw new IllegalArgumentException(FORM + ", but '" + field + "' is missing");
      }
    }
    return new ServiceAccount(
        json.path("uid").asText(),
        privateKey(json.path("private_key").asText()),
        login(json.path("login_endpoint").asText()));
  }

  private static URI login(String text) {
    try {
      URI uri = URI.create(text);
      if (uri.getHost() != null
          && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
        return uri;
      }
    } catch (IllegalArgumentException notAUri) {
      // Reported below.
    }
    throw new IllegalArgumentException(
        "expected 'login_endpoint' to be a URL such as"
            + " https://master.mesos/acs/api/v1/auth/login");
  }

  private static PrivateKey privateKey(String pem) {
    String base64 =
        pem.replace("-----BEGIN PRIVATE KEY-----", "")
            .replace("-----END PRIVATE KEY-----", "")
            .replaceAll("\\s", "");
    try {
      byte[] der = Base64.getDecoder().decode(base64);
      return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (IllegalArgumentException | GeneralSecurityException hidden) {
      throw new IllegalArgumentException(
          "expected 'private_key' to be an RSA key in PKCS#8 PEM (-----BEGIN PRIVATE KEY-----);"
              + " openssl pkcs8 -topk8 -nocrypt turns others into it");
    }
  }

  /** A signed JSON Web Token with the account's name, valid for 60 s. */
  String token(Instant now) {
    ObjectNode claims = Json.MAPPER.createObjectNode();
    claims.put("uid", uid);
    claims.put("exp", now.plus(LIFE).getEpochSecond());
    String signed =
        base64("{\"alg\":\"RS256\",\"typ\":\"JWT\"}".getBytes(UTF_8))
            + "."
            + base64(Json.bytes(claims));
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key);
      signature.update(signed.getBytes(UTF_8));
      return signed + "." + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("an RSA key signs on every Java platform", e);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Override
  public String toString() {
    return "ServiceAccount[uid=" + uid + ", key=***, login=" + login + "]";
  }
}
