package fob.gateway.upload;

import fob.gateway.http.Problem;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The files of an archive, by path. All paths are checked, and the files that the upload announces
 * are within the bounds.
 *
 * @param files sorted by path
 */
record FileSet(SortedMap<String, Member> files) {

  static final int MOST_FILES = 4096;
  static final long MOST_BYTES = 64L * 1024 * 1024;
  private static final int MOST_SHOWN = 10;

  /** What macOS adds to a zip file beside the files themselves. */
  private static final String OF_MACOS = "__MACOSX/";

  /**
   * Checks the files of an upload. If all of them are in one folder, that folder is taken away.
   *
   * @throws Problem if one of them is refused
   */
  static FileSet of(Collection<? extends Member> members) {
    SortedMap<String, Member> files = new TreeMap<>();
    long bytes = 0;
    for (Member member : members) {
      MemberPath.check(member.path());
      if (member.path().startsWith(OF_MACOS)) {
        continue;
      }
      if (files.put(member.path(), member) != null) {
        throw Refusals.bad(
            "the file "
                + Refusals.shown(member.path())
                + " is there twice: expected each path once");
      }
      bytes += member.size();
      if (files.size() > MOST_FILES) {
        throw Refusals.tooLarge("there are more than " + MOST_FILES + " files, which is the limit");
      }
      if (member.size() > MOST_BYTES || bytes > MOST_BYTES) {
        throw tooManyBytes();
      }
    }
    if (files.isEmpty()) {
      throw Refusals.bad("there is no file in the upload: expected at least the function's code");
    }
    files.keySet().forEach(path -> requireNoFileAbove(files, path));
    return new FileSet(withoutTopFolder(files));
  }

  static Problem tooManyBytes() {
    return Refusals.tooLarge(
        "the files have more than %d MiB when they are unpacked, which is the limit"
            .formatted(MOST_BYTES >> 20));
  }

  private static void requireNoFileAbove(SortedMap<String, Member> files, String path) {
    for (int at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
      String folder = path.substring(0, at);
      if (files.containsKey(folder)) {
        throw Refusals.bad(Refusals.shown(folder) + " is both a file and a folder");
      }
    }
  }

  private static SortedMap<String, Member> withoutTopFolder(SortedMap<String, Member> files) {
    String first = files.firstKey();
    String top = first.substring(0, first.indexOf('/') + 1);
    if (top.isEmpty() || !files.keySet().stream().allMatch(path -> path.startsWith(top))) {
      return files;
    }
    SortedMap<String, Member> inside = new TreeMap<>();
    files.forEach((path, member) -> {
      String shorter = path.substring(top.length());
      inside.put(shorter, member.at(shorter));
    });
    return inside;
  }

  Optional<Member> get(String path) {
    return Optional.ofNullable(files.get(path));
  }

  /** Returns the files that are in no folder. */
  List<Member> atTop() {
    return files.values().stream().filter(member -> member.path().indexOf('/') < 0).toList();
  }

  /** Returns some of the paths for a message. */
  String names() {
    String shown =
        files.keySet().stream()
            .limit(MOST_SHOWN)
            .map(Refusals::shown)
            .collect(Collectors.joining(", "));
    int more = files.size() - MOST_SHOWN;
    return more > 0 ? shown + " and " + more + " more" : shown;
  }
}
