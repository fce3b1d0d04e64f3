package fob.fakemarathon;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Who may come in. Thread-safe. */
interface Access {

  /** The refusal of a request; absent when it may come in. */
  Optional<Answer> refuse(Request request);

  /** Anybody. */
  static Access open() {
    return request -> Optional.empty();
  }

  /** {@code --http_credentials user:password}. */
  static Access basic(String userAndPassword) {
    String expected =
        "Basic "
            + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
    Answer refusal =
        Answer.text(401, "text/html", "<html><body>401 Unauthorized</body></html>")
            .with("WWW-Authenticate", "Basic realm=\"Mesosphere\"");
    return request ->
        request.header("Authorization").equals(expected) ? Optional.empty() : Optional.of(refusal);
  }
}
