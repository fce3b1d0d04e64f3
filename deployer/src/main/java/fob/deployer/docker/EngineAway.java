package fob.deployer.docker;

import java.io.IOException;

/** The engine does not answer now. It may answer later. */
final class EngineAway extends IOException {

  private final String address;
  private final String why;

  EngineAway(String address, IOException cause) {
    super("the Docker engine at %s does not answer (%s)".formatted(address, why(cause)), cause);
    this.address = address;
    this.why = why(cause);
  }

  /** Takes the kernel's message: the HTTP client's own names an address that does not exist. */
  private static String why(Throwable thrown) {
    Throwable cause = thrown.getCause();
    return cause == null ? String.valueOf(thrown.getMessage()) : why(cause);
  }

  /** Returns what a caller waits for, for messages. */
  String awaited() {
    return "the Docker engine at %s to answer (%s)".formatted(address, why);
  }
}
