package fob.deployer.process;

import fob.deployer.layer.InstallFailed;
import fob.deployer.layer.InstallSettings;
import fob.deployer.layer.InstallerOutput;
import fob.deployer.local.LineSplitter;
import fob.deployer.local.SandboxOutput;
import fob.deployer.process.Launcher.Launched;
import fob.service.Durations;
import fob.service.Threads;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** One installer that runs in a sandbox. Used by one thread; two others read its pipes. */
final class InstallerProcess {

  private static final Duration BETWEEN_NOTES = Duration.ofSeconds(5);
  private static final Duration LONGEST_END = Duration.ofSeconds(5);
  private static final Duration LONGEST_READ_OUT = Duration.ofSeconds(30);

  private final Launched launched;
  private final InstallSettings settings;
  private final InstallerOutput said;
  private final Thread out;
  private final Thread err;
  private final long begun = System.nanoTime();

  InstallerProcess(Launched launched, InstallSettings settings, Path output) {
    this.launched = launched;
    this.settings = settings;
    this.said = new InstallerOutput(settings, output);
    Process process = launched.process();
    LineSplitter lines = new LineSplitter(SandboxOutput.LONGEST_LOG_LINE, said::line);
    this.err = LinePump.start("fob-install-err", process.getErrorStream(), lines);
    this.out =
        Thread.ofPlatform()
            .daemon()
            .name("fob-install-out")
            .start(() -> said.unpack(process.getInputStream(), this::kill));
  }

  /**
   * Waits for the end.
   *
   * @throws InstallFailed if the step failed; the message is for the user
   */
  void await(Consumer<String> progress) throws IOException, InterruptedException {
    boolean outOfMemory;
    int exitCode;
    try {
      exitCode = awaitExit(progress);
      outOfMemory = launched.cgroup().map(Cgroup::ranOutOfMemory).orElse(false);
      Threads.join(out, LONGEST_READ_OUT);
    } finally {
      end();
    }
    said.requireSuccess(exitCode, outOfMemory);
  }

  private int awaitExit(Consumer<String> progress) throws IOException, InterruptedException {
    while (true) {
      try {
        return launched.process().onExit().get(nextWait(), TimeUnit.MILLISECONDS).exitValue();
      } catch (TimeoutException goesOn) {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - begun);
        if (elapsed.compareTo(settings.timeout()) >= 0) {
          throw new InstallFailed(
              "they took longer than %s, which is the limit (FOB_INSTALL_TIMEOUT)%s"
                  .formatted(Durations.text(settings.timeout()), said.lastLine()));
        }
        progress.accept(elapsed.toSeconds() + " s");
      } catch (ExecutionException e) {
        throw new IOException(e);
      }
    }
  }

  private long nextWait() {
    long left = settings.timeout().toMillis() - (System.nanoTime() - begun) / 1_000_000;
    return Math.clamp(left, 1, BETWEEN_NOTES.toMillis());
  }

  private void kill() {
    launched.cgroup().ifPresent(Cgroup::kill);
    // Unlike Process.destroyForcibly, it leaves the pipes open, which have the reason.
    launched.process().toHandle().destroyForcibly();
  }

  private void end() {
    kill();
    launched.processes().end(LONGEST_END);
    launched.helper().ifPresent(NetworkHelper::close);
    Threads.join(err, LONGEST_END);
    launched.cgroup().ifPresent(Cgroup::delete);
  }
}
