package fob.call;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The state of an asynchronous call that has not ended.
 *
 * @param function the id or name by which the call named the function
 * @param attempt the number of the current or next attempt
 * @param next when the next attempt is due; null if it is not scheduled
 * @param history the failed attempts, oldest first
 */
public record Progress(
    RequestId id,
    String function,
    State state,
    int attempt,
    @Nullable Instant next,
    List<Attempt> history) {

  /** The states of a call that has not ended. */
  public enum State {
    /** The first attempt is waiting or running. */
    ACCEPTED("accepted"),
    /** An attempt failed, and another one is waiting or running. */
    RETRYING("retrying");

    private final String label;

    State(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }

    /** Returns the state with this label, or empty if there is none. */
    public static Optional<State> ofLabel(String label) {
      return Arrays.stream(values()).filter(state -> state.label.equals(label)).findFirst();
    }
  }

  /** The progress of a call that was accepted and has not been tried. */
  public static Progress accepted(RequestId id, String function) {
    return new Progress(id, function, State.ACCEPTED, 1, null, List.of());
  }

  public Progress {
    history = List.copyOf(history);
  }
}
