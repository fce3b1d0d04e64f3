package fob.call;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The header {@code tracestate} of W3C Trace Context: what tracing systems add to a trace. */
final class TraceState {

  private static final int MOST_MEMBERS = 32;
  private static final int LONGEST = 512; // as much as W3C wants to be passed on
  private static final int LONG_MEMBER = 128;

  /** A key, perhaps of one tenant of a system, and a value that does not end with a space. */
  private static final Pattern MEMBER =
      Pattern.compile(
          "[a-z0-9][a-z0-9_*/-]{0,255}(@[a-z][a-z0-9_*/-]{0,13})?=[ !-+--<>-~]{0,255}[!-+--<>-~]");

  private TraceState() {}

  /**
   * Returns the header without what is empty; null if nothing is left, or if it is not valid or has
   * more than 32 members. One of more than 512 characters loses members: first those of more than
   * 128, then the last ones.
   */
  static @Nullable String valid(String text) {
    List<String> members = new ArrayList<>();
    for (String member : text.split(",", -1)) {
      String stripped = member.strip();
      if (!stripped.isEmpty()) {
        members.add(stripped);
      }
    }
    if (members.isEmpty()
        || members.size() > MOST_MEMBERS
        || !members.stream().allMatch(member -> MEMBER.matcher(member).matches())) {
      return null;
    }
    if (isTooLong(members)) {
      members.removeIf(member -> member.length() > LONG_MEMBER);
    }
    while (isTooLong(members)) {
      members.removeLast();
    }
    return members.isEmpty() ? null : String.join(",", members);
  }

  private static boolean isTooLong(List<String> members) {
    return members.stream().mapToInt(String::length).sum() + members.size() - 1 > LONGEST;
  }
}
