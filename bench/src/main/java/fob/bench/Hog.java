package fob.bench;

/**
 * A function that takes as much as it can get of one thing. Its parameter says for how many
 * seconds. It is registered with the default limits.
 */
enum Hog {
  CPU(
      "CPU hog",
      """
      import os, time

      def callme(seconds):
          end = time.monotonic() + seconds
          for _ in range(2 * os.cpu_count()):
              if seconds and os.fork() == 0:
                  break
          while time.monotonic() < end:
              pass
      """),

  MEMORY(
      "memory hog",
      """
      import time

      def callme(seconds):
          end, taken = time.monotonic() + seconds, []
          while time.monotonic() < end:
              taken.append(bytearray(b"x") * (1 << 22))
      """),

  FORK_BOMB(
      "fork bomb",
      """
      import os, time

      def callme(seconds):
          end = time.monotonic() + seconds
          while time.monotonic() < end:
              try:
                  os.fork()
              except OSError:
                  pass
      """),

  OUTPUT(
      "output flood",
      """
      import os, time

      LINE = "x" * 99
      LINES = (LINE + "\\n").encode() * 650

      def callme(seconds):
          end = time.monotonic() + seconds
          while time.monotonic() < end:
              print(LINE)
              os.write(2, LINES)
      """);

  private final String title;
  private final String code;

  Hog(String title, String code) {
    this.title = title;
    this.code = code;
  }

  /** Returns its name for people. */
  String title() {
    return title;
  }

  /** Returns its source, in Python. */
  String code() {
    return code;
  }
}
