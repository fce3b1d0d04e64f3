package fob.cli;

/** The exit codes of all commands. docs/cli.md lists them. */
final class ExitCodes {

  static final int OK = 0;

  /** The function failed, or a call has ended with an error. */
  static final int FAILED = 1;

  /** The arguments are wrong. */
  static final int USAGE = 2;

  /** The gateway has refused the request. */
  static final int REFUSED = 3;

  /** What the command names does not exist. */
  static final int NOT_FOUND = 4;

  /** The key is missing, or does not allow the request. */
  static final int NOT_ALLOWED = 5;

  /** The gateway cannot be reached, or cannot serve now. */
  static final int UNAVAILABLE = 6;

  /** The command has waited for as long as it may. */
  static final int TIMED_OUT = 7;

  private ExitCodes() {}
}
