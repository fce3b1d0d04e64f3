package fob.deployer.docker;

import java.io.IOException;

/** The engine does not answer; it may again. */
final class EngineAway extends IOException {

  private final String address;
  private final String why;

  EngineAway(String address, IOException cause) {
    super("the Docker engine at %s does not answer (%s)".formatted(address, why(cause)), cause);
    this.address = address;
    this.why = why(cause);
  }

  /** The HTTP client speaks of an address that is none; the last cause is the kernel's. */
  private static String why(Throwable thrown) {
    Throwable cause = thrown.getCause();
    return cause == null ? String.valueOf(thrown.getMessage()) : why(cause);
  }

  /** What one waits for. */
  String awaited() {
    return "the Docker engine at %s to answer (%s)".formatted(address, why);
  }
}
