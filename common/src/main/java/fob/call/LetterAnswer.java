package fob.call;

import java.util.List;

/** What the owner of a partition answers to a {@link LetterQuestion}. */
public sealed interface LetterAnswer {

  /**
   * Letters of the partition.
   *
   * @param total how many match, also beyond these
   * @param newest the newest first
   * @param more whether older ones follow that match
   * @param leftOut how many older letters the owner has no memory for
   */
  record Listed(int total, List<LetterPlace> newest, boolean more, long leftOut)
      implements LetterAnswer {
    public Listed {
      newest = List.copyOf(newest);
    }
  }

  /** The letter is there. */
  record Found(LetterPlace place) implements LetterAnswer {}

  /** The partition does not have this letter. */
  record Unknown() implements LetterAnswer {}

  /** What was asked for is in Kafka. */
  record Done() implements LetterAnswer {}

  /**
   * The owner has done nothing, since it cannot read the letters now. When it has just got the
   * partition, it reads all of them first.
   */
  record NotNow() implements LetterAnswer {}

  /** The owner is of a version of fob that does not know the question, and has done nothing. */
  record NotUnderstood() implements LetterAnswer {}
}
