package fob.deployer.local;

/** Where the lines of one sandbox go. Thread-safe. */
public interface SandboxOutput {

  /** Longest line of an event that is read as one; longer ones come in pieces. */
  int LONGEST_EVENT = 256 * 1024;

  int LONGEST_LOG_LINE = 16 * 1024;

  /** A line that the driver wrote to its standard output. */
  void event(byte[] line);

  /** A line that it, or the function, wrote to its log. */
  void log(byte[] line);

  /** Something about it that its function's log should tell. */
  default void say(String text) {}

  /** It was ended, but something of it does not end: it is gone for calls, and not yet over. */
  default void doesNotEnd(String why) {}
}
