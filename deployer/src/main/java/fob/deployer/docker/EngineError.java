package fob.deployer.docker;

import java.io.IOException;

/** The engine has answered that it refuses the request. */
final class EngineError extends IOException {

  static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  private final int status;

  EngineError(int status, String message) {
    super(message);
    this.status = status;
  }

  /** Whether there is no such container or image. */
  boolean isNotFound() {
    return status == NOT_FOUND;
  }

  /** Whether the container's state does not allow the request. */
  boolean isConflict() {
    return status == CONFLICT;
  }
}
