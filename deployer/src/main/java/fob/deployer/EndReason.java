package fob.deployer;

import java.util.Locale;
import java.util.regex.Pattern;

/** Why an instance has ended, in the few classes that a metric can have. */
enum EndReason {
  OUT_OF_MEMORY("out of its .* memory|out of memory|oom"),
  TIMEOUT("timeout"),
  UNHEALTHY("health|did not answer|calls in a row|serve no more|answer"),
  NOT_STARTED("could not be started|did not become ready|not ready"),
  EXIT("exit code"),
  SIGNAL("signal"),
  OTHER("");

  private final Pattern text;

  EndReason(String text) {
    this.text = Pattern.compile(text, Pattern.CASE_INSENSITIVE);
  }

  /** Returns the class of a reason that a platform tells to people. */
  static EndReason of(String reason) {
    for (EndReason each : values()) {
      if (each.text.matcher(reason).find()) {
        return each;
      }
    }
    return OTHER;
  }

  /** The value of the label {@code reason}. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
