package fob.deployer.local;

import java.io.IOException;

/** A sandbox cannot be started now, by no fault of the function's. It is tried again by and by. */
public final class StartRefused extends IOException {

  private final boolean needsHelp;

  private StartRefused(String message, boolean needsHelp) {
    super(message);
    this.needsHelp = needsHelp;
  }

  /**
   * It passes by itself: calls may wait.
   *
   * @param what it waits for, such as {@code the engine to answer}
   */
  public static StartRefused waitingFor(String what) {
    return new StartRefused("waiting for " + what, false);
  }

  /** Somebody has to do something: the function has failed until then, and calls hear why. */
  public static StartRefused untilSomebodyHelps(String message) {
    return new StartRefused(message, true);
  }

  boolean needsHelp() {
    return needsHelp;
  }

  /** For people. */
  String reason() {
    return String.valueOf(getMessage());
  }
}
