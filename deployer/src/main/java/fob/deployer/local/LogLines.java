package fob.deployer.local;

import fob.service.Threads;
import java.time.Duration;

/**
 * Splits the log of one sandbox into lines. What the function's log does not take is skipped up to
 * the next line, and read slowly: then a function that prints as fast as it can costs fob little,
 * and waits itself. Used by one thread.
 */
public final class LogLines implements ByteSink {

  /** As much as a pipe holds. */
  private static final int BEFORE_PAUSE = 64 * 1024;

  private static final Duration PAUSE = Duration.ofMillis(4);

  private final SandboxOutput output;
  private final LineSplitter lines;
  private boolean skipping;
  private int skipped;

  public LogLines(SandboxOutput output) {
    this.output = output;
    this.lines = new LineSplitter(SandboxOutput.LONGEST_LOG_LINE, output::log);
  }

  @Override
  public void accept(byte[] bytes, int offset, int length) {
    if (!output.takesLog(length)) {
      skip(length);
      return;
    }
    int from = offset;
    int end = offset + length;
    while (skipping && from < end) {
      skipping = bytes[from++] != '\n';
    }
    lines.accept(bytes, from, end - from);
  }

  private void skip(int length) {
    if (!skipping) {
      lines.end();
      skipping = true;
    }
    skipped += length;
    if (skipped >= BEFORE_PAUSE) {
      skipped = 0;
      Threads.pause(PAUSE);
    }
  }

  @Override
  public void end() {
    lines.end();
  }
}
