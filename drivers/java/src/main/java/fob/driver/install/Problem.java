package fob.driver.install;

import java.util.List;

/** The reason for the user: one sentence, and further lines with details. */
final class Problem extends Exception {

  private static final long serialVersionUID = 1;

  Problem(String sentence) {
    super(sentence);
  }

  Problem(String sentence, List<String> details) {
    super(sentence + "\n" + String.join("\n", details));
  }

  Problem(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
