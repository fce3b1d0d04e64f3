package fob.invoker;

import fob.call.Failure;
import fob.call.Reply;
import fob.service.Durations;
import fob.service.Text;
import java.io.EOFException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.time.Duration;

/** Creates the outcomes of calls that got no valid answer from their instance. */
final class InstanceFailures {

  private static final int LONGEST_DETAIL = 200;

  private InstanceFailures() {}

  /** The call failed before a byte of it was sent. */
  static RunOutcome notSent(Exception e) {
    return new RunOutcome.NotStarted(
        "the instance cannot be reached: " + detail(e), InstanceHealth.FAILS);
  }

  /**
   * The call failed after it was sent, wholly or in part.
   *
   * @param began whether the head of an answer was received
   * @param late what it says about the instance if there was no answer in time
   */
  static RunOutcome sent(Exception e, boolean began, Duration timeout, InstanceHealth late) {
    return e instanceof InterruptedIOException ? timedOut(began, timeout, late) : broken(e, began);
  }

  private static RunOutcome timedOut(boolean began, Duration timeout, InstanceHealth late) {
    return new RunOutcome.Ended(
        Reply.failed(
            Failure.TIMEOUT,
            (began
                    ? "the instance had not finished its answer when the function's timeout of "
                    : "the function did not return within its timeout of ")
                + Durations.text(timeout)
                + (began ? " was over" : "")),
        late);
  }

  private static RunOutcome broken(Exception e, boolean began) {
    return unusable(
        switch (e) {
          case ProtocolException _ -> "the instance's answer is not HTTP: " + detail(e);
          case RuntimeException _ -> "the instance's answer cannot be read: " + detail(e);
          default ->
              isEnd(e)
                  ? "the instance closed the connection "
                      + (began ? "in the middle of its answer" : "without an answer")
                  : "the connection to the instance broke: " + detail(e);
        });
  }

  /** The instance gave no answer that a driver gives; {@code what} says what it did. */
  static RunOutcome unusable(String what) {
    return perhapsRun(what, "the function's status and log may say more", InstanceHealth.FAILS);
  }

  /** The answer has the id of another call or no id. */
  static RunOutcome answerToAnotherCall(String what) {
    return perhapsRun(
        what, "the instance was reported, to be replaced", InstanceHealth.ANSWERS_OTHERS);
  }

  private static RunOutcome perhapsRun(String what, String more, InstanceHealth health) {
    return new RunOutcome.Ended(
        Reply.failed(
            Failure.UNREACHABLE,
            what + ", so whether the call had its effect is not known; " + more),
        health);
  }

  private static boolean isEnd(Exception e) {
    return e instanceof EOFException || e.getCause() instanceof EOFException;
  }

  private static String detail(Exception e) {
    String message = e.getMessage();
    return Text.printable(message == null ? e.getClass().getSimpleName() : message, LONGEST_DETAIL);
  }
}
