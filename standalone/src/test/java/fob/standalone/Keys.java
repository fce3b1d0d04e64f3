package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;

/** Makes keys of the HTTP API. */
final class Keys {

  static final String ADMIN = "{\"name\":\"ops\",\"role\":\"admin\"}";

  private Keys() {}

  /** Makes a key, and returns the whole answer. */
  static Answer make(FobClient admin, String json) {
    Answer made = admin.post("/api/keys", json, "Content-Type", "application/json");
    assertThat(made.status()).as(made.toString()).isEqualTo(201);
    return made;
  }

  /** Makes a key, and returns its text. */
  static String text(FobClient admin, String json) {
    return make(admin, json).at("/key");
  }

  /** Makes a key for functions with some names, and returns its text. */
  static String text(FobClient admin, String role, String functions) {
    return text(
        admin,
        "{\"name\":\"%s %s\",\"role\":\"%1$s\",\"functions\":\"%s\"}"
            .formatted(role, functions.replace("*", "all"), functions));
  }
}
