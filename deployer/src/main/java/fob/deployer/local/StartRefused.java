package fob.deployer.local;

import java.io.IOException;

/** A sandbox cannot be started now, by no fault of the function's. fob tries again later. */
public final class StartRefused extends IOException {

  private final boolean needsOperator;

  private StartRefused(String message, boolean needsOperator) {
    super(message);
    this.needsOperator = needsOperator;
  }

  /**
   * The reason passes by itself, so calls wait.
   *
   * @param what the thing that is missing, such as {@code the engine to answer}
   */
  public static StartRefused waitingFor(String what) {
    return new StartRefused("waiting for " + what, false);
  }

  /** An operator has to act. Until then the function has failed, and calls get this message. */
  public static StartRefused untilOperatorActs(String message) {
    return new StartRefused(message, true);
  }

  public boolean needsOperator() {
    return needsOperator;
  }

  /** Returns the reason, for people. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
