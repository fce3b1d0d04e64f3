package fob.deployer.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The helpers of networks that run below this process. */
final class Helpers {

  private Helpers() {}

  static List<Long> all() {
    return below(ProcessHandle.current());
  }

  static List<Long> below(ProcessHandle fob) {
    return fob.children().map(ProcessHandle::pid).filter(Helpers::isHelper).sorted().toList();
  }

  private static boolean isHelper(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/comm")).strip().equals("slirp4netns");
    } catch (IOException gone) {
      return false;
    }
  }

  static String status(long pid) throws IOException {
    return Files.readString(Path.of("/proc/" + pid + "/status"));
  }
}
