package fob.fakemarathon;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Ids of apps and groups: absolute paths such as {@code /fob/fn/acme}. */
final class PathId {

  static final String ROOT = "/";

  private static final String LABEL = "([a-z0-9]|[a-z0-9][a-z0-9\\-]*[a-z0-9])";
  private static final Pattern SEGMENT = Pattern.compile("(" + LABEL + "\\.)*" + LABEL);
  private static final Set<String> RESERVED = Set.of("restart", "tasks", "versions", ".", "..");

  private PathId() {}

  /** The absolute form of an id that may be relative to a group. */
  static String absolute(String id, String group) {
    String whole = id.startsWith("/") ? id : group + "/" + id;
    Deque<String> segments = new ArrayDeque<>();
    for (String segment : segments(whole)) {
      if (segment.equals("..")) {
        segments.pollLast();
      } else if (!segment.equals(".")) {
        segments.addLast(segment);
      }
    }
    return "/" + String.join("/", segments);
  }

  static String parent(String id) {
    int slash = id.lastIndexOf('/');
    return slash <= 0 ? ROOT : id.substring(0, slash);
  }

  /** The first segment of an id that has at least two; the root's other apps have none. */
  static String topGroup(String id) {
    List<String> segments = segments(id);
    return segments.size() < 2 ? "" : segments.getFirst();
  }

  /** Whether an id lies below a group, at any depth. */
  static boolean isUnder(String id, String group) {
    return group.equals(ROOT) ? !id.equals(ROOT) : id.startsWith(group + "/");
  }

  /** The form that task ids begin with. */
  static String safe(String id) {
    return String.join("_", segments(id));
  }

  static List<Problem> check(String id, String path) {
    List<Problem> problems = new ArrayList<>();
    List<String> segments = segments(id);
    if (segments.isEmpty()) {
      problems.add(new Problem(path, "must not be the root path"));
      return problems;
    }
    for (String segment : segments) {
      if (!SEGMENT.matcher(segment).matches() && !RESERVED.contains(segment)) {
        problems.add(
            new Problem(
                path,
                "must fully match regular expression '^(([a-z0-9]|[a-z0-9][a-z0-9\\-]*[a-z0-9])\\.)*"
                    + "([a-z0-9]|[a-z0-9][a-z0-9\\-]*[a-z0-9])|(\\.|\\.\\.)$', but '"
                    + segment
                    + "' does not"));
      }
    }
    if (RESERVED.contains(segments.getLast())) {
      problems.add(
          new Problem(
              path,
              "last path segment must not be any of: restart, tasks, versions, ., .., but is '"
                  + segments.getLast()
                  + "'"));
    }
    return problems;
  }

  private static List<String> segments(String id) {
    List<String> segments = new ArrayList<>();
    for (String segment : id.split("/", -1)) {
      if (!segment.isEmpty()) {
        segments.add(segment);
      }
    }
    return segments;
  }
}
