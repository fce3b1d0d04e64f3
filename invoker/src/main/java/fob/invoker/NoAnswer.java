package fob.invoker;

import fob.call.Failure;
import fob.call.Reply;
import fob.service.Durations;
import fob.service.Text;
import java.io.EOFException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.time.Duration;

/** Tells what is known of a call that got no whole answer from its instance. */
final class NoAnswer {

  private static final int MOST_DETAIL = 200;

  private NoAnswer() {}

  /** Nothing of the call has left. */
  static Outcome notSent(Exception e) {
    return new Outcome.NotStarted("the instance cannot be reached: " + detail(e), Health.FAILS);
  }

  /**
   * The call was sent, wholly or in part.
   *
   * @param began whether the head of an answer came
   */
  static Outcome sent(Exception e, boolean began, Duration timeout) {
    return e instanceof InterruptedIOException ? timedOut(began, timeout) : broken(e, began);
  }

  private static Outcome timedOut(boolean began, Duration timeout) {
    return new Outcome.Over(
        Reply.failed(
            Failure.TIMEOUT,
            (began
                    ? "the instance had not finished its answer when the function's timeout of "
                    : "the function did not return within its timeout of ")
                + Durations.text(timeout)
                + (began ? " was over" : "")),
        Health.TIMES_OUT);
  }

  private static Outcome broken(Exception e, boolean began) {
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

  /** What an instance did instead of an answer that a driver gives. */
  static Outcome unusable(String what) {
    return perhapsRun(what, "the function's status and log may say more", Health.FAILS);
  }

  /** The answer is not one to this call, or does not say that it is. */
  static Outcome ofAnother(String what) {
    return perhapsRun(what, "the instance was reported, to be replaced", Health.ANSWERS_OTHERS);
  }

  private static Outcome perhapsRun(String what, String more, Health health) {
    return new Outcome.Over(
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
    return Text.printable(message == null ? e.getClass().getSimpleName() : message, MOST_DETAIL);
  }
}
