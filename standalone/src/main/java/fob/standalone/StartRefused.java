package fob.standalone;

/**
 * Why fob does not start on this machine as it is. The message is one line written for the person
 * at the terminal: what is wrong and what to do about it.
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
