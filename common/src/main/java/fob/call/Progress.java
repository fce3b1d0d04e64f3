package fob.call;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a call is that is not over.
 *
 * @param function the function as the call named it
 * @param attempt the attempt that runs or is to come
 * @param next when it is to come, where that is known
 * @param history the attempts that failed, oldest first
 */
public record Progress(
    RequestId id,
    String function,
    State state,
    int attempt,
    @Nullable Instant next,
    List<Attempt> history) {

  /** What a call that is not over waits for. */
  public enum State {
    /** Accepted: it waits for its turn, or runs. */
    ACCEPTED("accepted"),
    /** An attempt failed; the next one comes. */
    RETRYING("retrying");

    private final String label;

    State(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }

    public static Optional<State> ofLabel(String label) {
      return Arrays.stream(values()).filter(state -> state.label.equals(label)).findFirst();
    }
  }

  public Progress {
    history = List.copyOf(history);
  }
}
