package fob.gateway.upload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import fob.function.Language;
import fob.function.Upload;
import fob.gateway.http.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Languages, and checks of refusals, for the tests of this package. */
final class Refused {

  static final Language PYTHON =
      new Language(
          "python",
          List.of(".py"),
          "python[0-9.]*",
          List.of("(?m)^(async )?def callme\\("),
          List.of("main.py", "callme.py"),
          List.of(),
          List.of("requirements.txt"));

  static final Language NODE =
      new Language(
          "node",
          List.of(".js", ".mjs"),
          "node",
          List.of("(?m)^export ", "(?m)^(module\\.)?exports\\."),
          List.of("index.js"),
          List.of(),
          List.of("package.json"));

  static final Language SHELL =
      new Language(
          "shell",
          List.of(".sh"),
          "(ba|da)?sh",
          List.of(),
          List.of("main.sh"),
          List.of(),
          List.of());

  static final List<Language> ALL = List.of(NODE, PYTHON, SHELL);
  static final Wanted ANY = new Wanted(ALL, false, Upload.SOURCE);

  private Refused() {}

  static Wanted entry(String path) {
    return new Wanted(ALL, false, new Upload(path, null));
  }

  static Submission read(@Nullable String type, byte[] body, Wanted wanted) {
    return Submission.read(Posted.of(type, body), wanted);
  }

  static Submission read(byte[] body) {
    return read(null, body, ANY);
  }

  static Submission read(String text) {
    return read(text.getBytes(UTF_8));
  }

  /** Checks that the body is refused, with a message that contains some texts. */
  static void assertRefused(
      @Nullable String type, byte[] body, Wanted wanted, String reason, String... texts) {
    Problem problem = catchThrowableOfType(Problem.class, () -> read(type, body, wanted));
    assertThat(problem).as("a refusal").isNotNull();
    assertThat(problem.toString()).contains(texts);
    assertThat(problem.reason()).isEqualTo(reason);
  }

  static void assertRefused(byte[] body, String reason, String... texts) {
    assertRefused(null, body, ANY, reason, texts);
  }
}
