package fob.deployer.process;

import fob.deployer.layer.InstallFailed;
import fob.deployer.layer.InstallSettings;
import fob.deployer.layer.InstallerOutput;
import fob.deployer.local.LineSplitter;
import fob.deployer.local.SandboxOutput;
import fob.deployer.process.Launcher.Launched;
import fob.service.Threads;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/** One installer that runs in a sandbox. Used by one thread; two others read its pipes. */
final class InstallerProcess {

  private static final Duration LONGEST_END = Duration.ofSeconds(5);
  private static final Duration LONGEST_READ_OUT = Duration.ofSeconds(30);

  private final Launched launched;
  private final InstallerOutput said;
  private final Thread out;
  private final Thread err;

  InstallerProcess(Launched launched, InstallSettings settings, Path output) {
    this.launched = launched;
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
      exitCode = said.await(launched.process().onExit(), progress).exitValue();
      outOfMemory = launched.cgroup().map(Cgroup::ranOutOfMemory).orElse(false);
      Threads.join(out, LONGEST_READ_OUT);
    } finally {
      end();
    }
    said.requireSuccess(exitCode, outOfMemory);
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
