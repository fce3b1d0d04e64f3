package fob.function;

import java.util.Arrays;
import java.util.Locale;

/** The protocol in which an instance takes calls. */
public enum Protocol {
  /** That of {@code drivers/CONTRACT.md}. */
  FOB,
  /** That of the runtimes of Apache OpenWhisk. */
  OPENWHISK;

  /**
   * @throws IllegalArgumentException if there is no such protocol
   */
  public static Protocol parse(String text) {
    return Arrays.stream(values())
        .filter(each -> each.toString().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is no protocol"));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
