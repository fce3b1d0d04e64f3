package fob.invoker;

import fob.call.Failure;
import fob.call.Reply;
import fob.service.Durations;
import fob.service.Text;
import java.time.Duration;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.TruncatedChunkException;

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
   * The call was sent, wholly or in part, and no complete answer came in time.
   *
   * @param began whether the head of an answer was received
   * @param late what that says about the instance
   */
  static RunOutcome timedOut(boolean began, Duration timeout, InstanceHealth late) {
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

  /**
   * The call was sent, wholly or in part, and the connection failed or the answer is not HTTP.
   *
   * @param began whether the head of an answer was received
   */
  static RunOutcome broken(Exception e, boolean began) {
    return unusable(
        switch (e) {
          case ConnectionClosedException _, NoHttpResponseException _, TruncatedChunkException _ ->
              "the instance closed the connection "
                  + (began ? "in the middle of its answer" : "without an answer");
          case HttpException _, MessageConstraintException _, MalformedChunkCodingException _ ->
              "the instance's answer is not HTTP: " + detail(e);
          case RuntimeException _ -> "the instance's answer cannot be read: " + detail(e);
          default -> "the connection to the instance broke: " + detail(e);
        });
  }

  /** The instance gave no answer that a driver gives; {@code what} says what it did. */
  static RunOutcome unusable(String what) {
    return perhapsRun(what, "the function's status and log may say more", InstanceHealth.FAILS);
  }

  /**
   * The answer is not for the call.
   *
   * @param isNamed whether it has the id of another call; otherwise it has no id
   */
  static RunOutcome answerToAnotherCall(boolean isNamed) {
    return perhapsRun(
        isNamed
            ? "the instance answered for another call"
            : "the instance's answer does not say which call it is for",
        "the instance was reported, to be replaced",
        InstanceHealth.ANSWERS_OTHERS);
  }

  private static RunOutcome perhapsRun(String what, String more, InstanceHealth health) {
    return new RunOutcome.Ended(
        Reply.failed(
            Failure.UNREACHABLE,
            what + ", so whether the call had its effect is not known; " + more),
        health);
  }

  private static String detail(Exception e) {
    String message = e.getMessage();
    return Text.printable(message == null ? e.getClass().getSimpleName() : message, LONGEST_DETAIL);
  }
}
