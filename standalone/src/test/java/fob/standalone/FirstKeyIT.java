package fob.standalone;

import static fob.standalone.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From the first key on requests need keys, and there is always a key that can make others. */
@Timeout(120)
class FirstKeyIT {

  @Test
  void theFirstKeyIsAnAdminKeyAndTheLastOneToo(@TempDir Path dir) throws Exception {
    try (FobInParts fob = new FobInParts(dir)) {
      // Given
      FobClient nobody = fob.client;
      assertThat(nobody.get("/api/stats").status()).isEqualTo(200);
      assertThat(nobody.get("/api/stats", "Authorization", "Bearer x").status()).isEqualTo(200);
      assertThat(nobody.get("/api/keys").text()).isEqualTo("{\"keys\":[]}");

      // When / Then
      assertProblem(
          nobody.post("/api/keys", "{\"name\":\"a\",\"role\":\"deploy\"}"),
          422,
          "gateway",
          "no-admin-key");
      assertProblem(
          nobody.post("/api/keys", "{\"name\":\"a\",\"role\":\"admin\",\"expires\":\"24h\"}"),
          422,
          "gateway",
          "no-admin-key");
      assertProblem(nobody.post("/api/keys", "{}"), 400, "gateway", "bad-request");
      assertThat(nobody.get("/api/stats").status()).isEqualTo(200);

      // When
      Answer first = Keys.make(nobody, Keys.ADMIN);

      // Then
      assertProblem(nobody.get("/api/stats"), 401, "gateway", "no-key");
      assertProblem(nobody.post("/api/keys", Keys.ADMIN), 401, "gateway", "no-key");
      FobClient admin = fob.add(nobody.withKey(first.at("/key")));
      Answer other = Keys.make(admin, "{\"name\":\"a\",\"role\":\"call\"}");
      String path = "/api/keys/" + first.at("/id");
      assertProblem(admin.delete(path), 409, "gateway", "last-admin-key");

      // When
      Answer second = Keys.make(admin, Keys.ADMIN);
      assertThat(admin.delete(path).status()).isEqualTo(204);

      // Then
      assertProblem(admin.get("/api/keys"), 401, "gateway", "revoked-key");
      FobClient next = fob.add(nobody.withKey(second.at("/key")));
      assertThat(next.delete("/api/keys/" + other.at("/id")).status()).isEqualTo(204);
      assertThat(next.delete("/api/keys/" + second.at("/id")).status()).isEqualTo(204);
      assertThat(nobody.get("/api/stats").status()).isEqualTo(200);
    }
  }
}
