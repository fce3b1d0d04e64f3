package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * DC/OS Enterprise's way in: a service account proves itself with a token that it has signed, and
 * gets one that it shows as {@code Authorization: token=...}. Thread-safe.
 */
final class DcosAccess implements Access {

  static final String LOGIN = "/acs/api/v1/auth/login";

  private final String uid;
  private final PublicKey key;
  private final Duration tokenLife;
  private final Set<String> tokens = ConcurrentHashMap.newKeySet();

  DcosAccess(String uid, PublicKey key, Duration tokenLife) {
    this.uid = uid;
    this.key = key;
    this.tokenLife = tokenLife;
  }

  /** Ends the life of all tokens. */
  void revoke() {
    tokens.clear();
  }

  @Override
  public Optional<Answer> refuse(Request request) {
    String header = request.header("Authorization");
    String token = header.startsWith("token=") ? header.substring("token=".length()) : "";
    return tokens.contains(token) && expiry(token) > Instant.now().getEpochSecond()
        ? Optional.empty()
        : Optional.of(Refusal.of(401, "Unauthorized").answer().with("WWW-Authenticate", "acsjwt"));
  }

  /** {@code POST /acs/api/v1/auth/login}. */
  Answer login(Request request) {
    try {
      JsonNode body = request.json();
      if (!body.path("uid").asText().equals(uid) || !isValid(body.path("token").asText())) {
        return refused();
      }
    } catch (Refusal refusal) {
      return refusal.answer();
    } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
      return refused();
    }
    String token = token();
    tokens.add(token);
    return Answer.json(200, Json.object().put("token", token));
  }

  private static Answer refused() {
    return Answer.json(
        401,
        Json.object()
            .put("title", "Unauthorized")
            .put("description", "Invalid username or password.")
            .put("code", "ERR_INVALID_CREDENTIALS"));
  }

  private boolean isValid(String jwt) throws GeneralSecurityException, IOException {
    String[] parts = jwt.split("\\.", -1);
    if (parts.length != 3) {
      return false;
    }
    JsonNode header = decode(parts[0]);
    JsonNode claims = decode(parts[1]);
    Signature verifier = Signature.getInstance("SHA256withRSA");
    verifier.initVerify(key);
    verifier.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
    return header.path("alg").asText().equals("RS256")
        && verifier.verify(Base64.getUrlDecoder().decode(parts[2]))
        && claims.path("uid").asText().equals(uid)
        && claims.path("exp").asLong() > Instant.now().getEpochSecond();
  }

  private static JsonNode decode(String part) throws IOException {
    return Json.MAPPER.readTree(Base64.getUrlDecoder().decode(part));
  }

  // shaped as DC/OS's: clients read the expiry from it
  private String token() {
    long expiry = Instant.now().plus(tokenLife).getEpochSecond();
    return encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}")
        + "."
        + encode(Json.object().put("uid", uid).put("exp", expiry).toString())
        + "."
        + encode(UUID.randomUUID().toString());
  }

  private static String encode(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static long expiry(String token) {
    try {
      return decode(token.split("\\.", -1)[1]).path("exp").asLong();
    } catch (IOException e) {
      return 0;
    }
  }
}
