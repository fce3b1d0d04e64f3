package fob.chaos.check;

import java.util.List;

/**
 * An invariant that does not hold.
 *
 * @param what how it shows
 * @param story everything that is known of the one call that shows it, in order of time
 */
public record Violation(Invariant invariant, String what, List<String> story) {

  public Violation {
    story = List.copyOf(story);
  }

  @Override
  public String toString() {
    return "invariant "
        + invariant
        + ": "
        + what
        + String.join("", story.stream().map(line -> "\n    " + line).toList());
  }
}
