package fob.fakemarathon;

import java.util.ArrayList;
import java.util.List;

/** Collects problems; used by one thread. */
final class Problems {

  private final List<Problem> list = new ArrayList<>();

  /** Notes a problem unless the condition holds. */
  void require(boolean condition, String path, String message) {
    if (!condition) {
      list.add(new Problem(path, message));
    }
  }

  void add(List<Problem> problems) {
    list.addAll(problems);
  }

  List<Problem> list() {
    return List.copyOf(list);
  }
}
