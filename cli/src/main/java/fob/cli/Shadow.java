package fob.cli;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Makes a share of the calls of a function again with another version, as they come. Calls that
 * come while as many as may are being made again are left out. So it falls behind never, and holds
 * up nobody.
 */
final class Shadow {

  /** How long it may take until the call that is made again has a reply. */
  static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  private static final int MOST_AT_A_TIME = 32;
  private static final Pattern SHARE = Pattern.compile("([0-9]{1,3}([.][0-9]{1,4})?)%?");
  private static final BigDecimal ALL = BigDecimal.valueOf(100);

  private final Gateway gateway;
  private final Output output;
  private final Replay replay;
  private final ReplayReport report;
  private final Thread command = Thread.currentThread();
  private final Semaphore free = new Semaphore(MOST_AT_A_TIME);
  private volatile @Nullable CommandFailure failure;

  Shadow(Gateway gateway, Output output, Replay replay, ReplayReport report) {
    this.gateway = gateway;
    this.output = output;
    this.replay = replay;
    this.report = report;
  }

  /**
   * Reads a share such as {@code 5%} or {@code 0.1}.
   *
   * @return the number of percent
   * @throws CommandFailure if it is malformed, 0, or over 100
   */
  static String percent(String text) {
    var form = SHARE.matcher(text);
    if (form.matches()) {
      BigDecimal percent = new BigDecimal(form.group(1));
      if (percent.signum() > 0 && percent.compareTo(ALL) <= 0) {
        return form.group(1);
      }
    }
    throw CommandFailure.usage(
        "--shadow=%s: expected more than 0%% and at most 100%%, such as 5%% or 0.1%%"
            .formatted(text));
  }

  /**
   * Runs until the time is over, the function is removed, or Ctrl-C.
   *
   * @param function the id of the version whose calls are made again
   * @param percent how many of its calls
   * @return the exit code: 1 if replies differ
   * @throws CommandFailure if the gateway refuses, or the other version is removed
   */
  int run(String function, String percent, Duration longest) {
    HttpUrl.Builder address = gateway.address("api", "calls", function);
    address.addQueryParameter("follow", "true").addQueryParameter("share", percent);
    try (CtrlC _ = CtrlC.interruptsThisThread()) {
      try {
        new EventStream(gateway, output, this::take).follow(gateway.request(address), longest);
        // Those that are being made again have their time.
        if (free.tryAcquire(MOST_AT_A_TIME, 2 * LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
          free.release(MOST_AT_A_TIME);
        }
      } catch (InterruptedException e) {
        // Ctrl-C, or a failure.
      }
      for (int i = free.availablePermits(); i < MOST_AT_A_TIME; i++) {
        report.leaveOut("they had not ended when this command did");
      }
      int code = report.print();
      if (failure != null) {
        throw failure;
      }
      return code;
    }
  }

  private void take(String call) {
    if (!free.tryAcquire()) {
      report.leaveOut("%d calls were being made again already".formatted(MOST_AT_A_TIME));
      return;
    }
    Thread.ofVirtual()
        .start(() -> {
          try {
            report.add(replay.of(Reply.MAPPER.readTree(call)));
            report.progress(" calls");
          } catch (CommandFailure e) {
            refused(e);
          } catch (IOException e) {
            report.leaveOut(Messages.of(e));
          } finally {
            free.release();
          }
        });
  }

  /** What passes leaves a call out. Everything else would befall all further calls too. */
  private void refused(CommandFailure e) {
    switch (e.exitCode()) {
      case ExitCodes.REFUSED, ExitCodes.UNAVAILABLE, ExitCodes.TIMED_OUT ->
          report.leaveOut(Messages.of(e));
      default -> {
        failure = e;
        command.interrupt();
      }
    }
  }
}
