package fob.deployer.layer;

import java.io.IOException;

/** Dependencies cannot be installed. The message is for the user. */
public final class InstallFailed extends IOException {

  public InstallFailed(String message) {
    super(message);
  }

  public InstallFailed(String message, Throwable cause) {
    super(message, cause);
  }

  /** Returns the reason, for the user. */
  String reason() {
    return String.valueOf(getMessage());
  }
}
