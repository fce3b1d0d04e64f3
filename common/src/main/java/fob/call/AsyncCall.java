package fob.call;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A call that nobody waits for: it is tried until it succeeds, has been tried often enough, or is
 * too old.
 *
 * @param call its {@code attempt} is the one to come; a deadline of the caller's bounds its age
 * @param accepted when it was first written to the bus
 * @param history the last attempts that failed, oldest first
 * @param unreachable how many of all its attempts ended as {@link Failure#UNREACHABLE}
 */
public record AsyncCall(Call call, Instant accepted, List<Attempt> history, int unreachable) {

  /** What is before them has told its story. */
  private static final int LONGEST_HISTORY = 20;

  public AsyncCall {
    history =
        List.copyOf(history.subList(Math.max(0, history.size() - LONGEST_HISTORY), history.size()));
    unreachable = Math.max(unreachable, unreachableIn(history));
  }

  /** One whose history is whole. */
  public AsyncCall(Call call, Instant accepted, List<Attempt> history) {
    this(call, accepted, history, unreachableIn(history));
  }

  private static int unreachableIn(List<Attempt> history) {
    return (int)
        history.stream().filter(attempt -> attempt.failure() == Failure.UNREACHABLE).count();
  }

  /** Whether the history alone tells how many attempts ended as unreachable. */
  public boolean isUnreachableInHistory() {
    return unreachable == unreachableIn(history);
  }

  /** With one more attempt behind it. */
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
