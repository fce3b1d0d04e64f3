package fob.deployer.local;

/** Gets the output of one sandbox, and what its platform tells of it. Thread-safe. */
public interface SandboxOutput {

  /** The longest line of the event stream, in bytes; a longer one comes in pieces. */
  int LONGEST_EVENT = 256 * 1024;

  /** The longest line of the log, in bytes; a longer one comes in pieces. */
  int LONGEST_LOG_LINE = 16 * 1024;

  /** The driver has written a line to its standard output. */
  void event(byte[] line);

  /**
   * Whether so many further bytes of the log are taken. If not, they must be left out; the log says
   * how many.
   */
  default boolean takesLog(int bytes) {
    return true;
  }

  /** The driver or the function has written a line to the log. */
  void log(byte[] line);

  /** The function's log should contain this text. */
  default void say(String text) {}

  /**
   * The sandbox does something that harms other functions, and is to be killed.
   *
   * @param why for people, starts in lower case; the reason of the instance's end
   */
  default void doesHarm(String why) {}

  /** The sandbox was killed, but some processes do not end. It serves no calls any more. */
  default void doesNotEnd(String why) {}
}
