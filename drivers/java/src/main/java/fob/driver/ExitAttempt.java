package fob.driver;

/**
 * Takes the place of System.exit, Runtime.exit and Runtime.halt in the function's code: it fails
 * the call instead of ending the process. See {@link ExitGuard}.
 */
@SuppressWarnings("DoNotCallSuggester") // only rewritten code calls it
public final class ExitAttempt extends Error {

  private static final long serialVersionUID = 1;

  private ExitAttempt(int code) {
    super("the code called exit(" + code + "): return a value or throw an exception instead");
  }

  /** Stands for System.exit. */
  public static void exit(int code) {
    throw new ExitAttempt(code);
  }

  /** Stands for the methods of Runtime. */
  public static void exit(Runtime runtime, int code) {
    throw new ExitAttempt(code);
  }
}
