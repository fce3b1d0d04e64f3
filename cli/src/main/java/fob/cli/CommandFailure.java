package fob.cli;

/** The end of a command that cannot do its work. Its message is for the user. */
final class CommandFailure extends RuntimeException {

  private final int exitCode;

  /**
   * @param exitCode one of {@link ExitCodes}
   * @param message tells what was wrong, what was expected and what to do
   */
  CommandFailure(int exitCode, String message) {
    super(message, null, false, false);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }

  static CommandFailure usage(String message) {
    return new CommandFailure(ExitCodes.USAGE, message);
  }
}
