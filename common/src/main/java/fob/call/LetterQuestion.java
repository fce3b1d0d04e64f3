package fob.call;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a gateway asks the owner of a partition about the dead letters in it. */
public sealed interface LetterQuestion {

  /** How many letters can be listed at a time. */
  int MOST = 1_000;

  /**
   * Which letters are there? Answer: {@link LetterAnswer.Listed}.
   *
   * @param functions the ids or names of their function; empty: of any
   * @param reason null: any
   * @param before only letters before this place are listed; null: all are
   * @param limit how many letters at most, 1 to {@link #MOST}
   */
  record Listing(
      Set<String> functions, @Nullable Failure reason, @Nullable LetterPlace before, int limit)
      implements LetterQuestion {
    public Listing {
      functions = Set.copyOf(functions);
      if (limit < 1 || limit > MOST) {
        throw new IllegalArgumentException("the limit of a listing is 1 to " + MOST);
      }
    }
  }

  /** Where is this letter? Answer: {@link LetterAnswer.Found}. */
  record Find(RequestId id) implements LetterQuestion {}

  /** Delete this letter. Answer: {@link LetterAnswer.Done}. */
  record Delete(RequestId id) implements LetterQuestion {}

  /**
   * Make a new call from this letter, and delete the letter. Answer: {@link LetterAnswer.Done}.
   *
   * @param as the request id of the new call
   */
  record Redrive(RequestId id, RequestId as) implements LetterQuestion {}
}
