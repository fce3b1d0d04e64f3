package fob.deployer.local;

import java.io.IOException;

/** A sandbox cannot be started now, by no fault of the function's. It is tried again by and by. */
public final class StartRefused extends IOException {

  private final boolean needsOperator;

  private StartRefused(String message, boolean needsOperator) {
    super(message);
    this.needsOperator = needsOperator;
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
  public static StartRefused untilOperatorActs(String message) {
    return new StartRefused(message, true);
  }

  boolean needsOperator() {
    return needsOperator;
  }

  /** For people. */
  String reason() {
    return String.valueOf(getMessage());
  }
}
