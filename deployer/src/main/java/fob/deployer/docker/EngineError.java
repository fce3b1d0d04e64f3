package fob.deployer.docker;

import java.io.IOException;

/** The engine has answered, and refuses. */
final class EngineError extends IOException {

  static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  private final int status;

  EngineError(int status, String message) {
    super(message);
    this.status = status;
  }

  /** There is no such container, or image. */
  boolean isNotFound() {
    return status == NOT_FOUND;
  }

  /** The container is in another state than it takes. */
  boolean isConflict() {
    return status == CONFLICT;
  }
}
