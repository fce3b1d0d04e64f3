package fob.call;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * An asynchronous call. It is retried until it succeeds, until its retries are used up, or until it
 * is too old. Immutable.
 *
 * @param call the call with the number of its next attempt; no attempt starts after its deadline
 * @param accepted when the call was first written to Kafka
 * @param history the last 20 failed attempts at most, oldest first
 * @param unreachable how many of all attempts failed as {@link Failure#UNREACHABLE}
 */
public record AsyncCall(Call call, Instant accepted, List<Attempt> history, int unreachable) {

  private static final int LONGEST_HISTORY = 20;

  public AsyncCall {
    history =
        List.copyOf(history.subList(Math.max(0, history.size() - LONGEST_HISTORY), history.size()));
    unreachable = Math.max(unreachable, unreachableIn(history));
  }

  /** Creates a call whose history contains all its failed attempts. */
  public AsyncCall(Call call, Instant accepted, List<Attempt> history) {
    this(call, accepted, history, unreachableIn(history));
  }

  private static int unreachableIn(List<Attempt> history) {
    return (int)
        history.stream().filter(attempt -> attempt.failure() == Failure.UNREACHABLE).count();
  }

  /** Returns whether the history contains all attempts that failed as unreachable. */
  public boolean isUnreachableInHistory() {
    return unreachable == unreachableIn(history);
  }

  /** Returns the call after one more failed attempt. */
  public AsyncCall after(Attempt failed) {
    List<Attempt> longer = new ArrayList<>(history);
    longer.add(failed);
    return new AsyncCall(
        call.withAttempt(failed.number() + 1),
        accepted,
        longer,
        unreachable + (failed.failure() == Failure.UNREACHABLE ? 1 : 0));
  }
}
