package fob.standalone;

/**
 * fob cannot start because of a port, a host or a folder. The message is one line for the user:
 * what is wrong and what to do.
 */
public final class StartRefused extends RuntimeException {
  private static final long serialVersionUID = 1;

  public StartRefused(String message) {
    super(message);
  }

  public StartRefused(String message, Throwable cause) {
    super(message, cause);
  }
}
