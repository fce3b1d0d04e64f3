package fob.deployer.process;

import fob.deployer.local.LineSplitter;
import fob.deployer.local.LogLines;
import fob.deployer.local.RunningSandbox;
import fob.deployer.local.SandboxExit;
import fob.deployer.local.SandboxOutput;
import fob.deployer.process.Launcher.Launched;
import fob.service.Threads;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A running bubblewrap sandbox. One virtual thread waits for its end. Thread-safe. */
final class ProcessSandbox implements RunningSandbox {

  /** A process that outlives the driver may hold the pipes open. */
  private static final Duration LONGEST_READ_OUT = Duration.ofSeconds(1);

  private static final CpuTimes CPU_TIMES = new CpuTimes(Path.of("/proc"));

  /** Killed processes end within milliseconds, unless the kernel itself holds them. */
  private static final Duration USUAL_END = Duration.ofSeconds(5);

  private final Launched launched;
  private final Launcher launcher;
  private final SandboxOutput output;
  private final Thread out;
  private final Thread err;
  private final CompletableFuture<SandboxExit> ended = new CompletableFuture<>();

  ProcessSandbox(String id, Launched launched, Launcher launcher, SandboxOutput output) {
    this.launched = launched;
    this.launcher = launcher;
    this.output = output;
    Process process = launched.process();
    LineSplitter events = new LineSplitter(SandboxOutput.LONGEST_EVENT, output::event);
    this.out = LinePump.start("fob-out-" + id, process.getInputStream(), events);
    LogLines log = new LogLines(output);
    this.err = LinePump.start("fob-err-" + id, process.getErrorStream(), log);
    launched.cgroup().ifPresent(group -> launcher.forkBombs().watch(group, output::doesHarm));
    Thread.ofVirtual().name("fob-end-" + id).start(this::awaitEnd);
    launched
        .helper()
        .ifPresent(helper -> {
          var _ = helper.ended().thenRun(this::networkEnded);
        });
  }

  private void awaitEnd() {
    int exitCode = launched.process().onExit().join().exitValue();
    boolean outOfMemory = launched.cgroup().map(Cgroup::ranOutOfMemory).orElse(false);
    boolean outOfProcesses =
        launched.cgroup().map(group -> group.refusedProcesses() > 0).orElse(false);
    endAll();
    launched.helper().ifPresent(NetworkHelper::close);
    Threads.join(out, LONGEST_READ_OUT);
    Threads.join(err, LONGEST_READ_OUT);
    launched.cgroup().ifPresent(this::forget);
    ended.complete(new SandboxExit.Code(exitCode, outOfMemory, outOfProcesses));
  }

  private void forget(Cgroup group) {
    launcher.forkBombs().forget(group);
    group.delete();
  }

  private void networkEnded() {
    if (launched.process().isAlive()) {
      output.say("the helper of its network has ended, so the instance is ended too");
      kill();
    }
  }

  /**
   * Kills until no process is left. The process that has ended is only bubblewrap's outermost one:
   * the kernel kills the others after it, unless something went wrong.
   */
  private void endAll() {
    Set<Long> left = launched.processes().end(USUAL_END);
    if (!left.isEmpty()) {
      output.doesNotEnd(
          "%d of its processes do not end, though killed: %s".formatted(left.size(), left));
    }
    while (!left.isEmpty()) {
      left = launched.processes().end(USUAL_END);
    }
  }

  @Override
  public CompletableFuture<SandboxExit> ended() {
    return ended;
  }

  @Override
  public void terminate() {
    launcher.driver(launched.process()).forEach(ProcessHandle::destroy);
  }

  @Override
  public void kill() {
    launched.cgroup().ifPresent(Cgroup::kill);
    launched.process().destroyForcibly();
  }

  @Override
  public Duration cpuTime() {
    return CPU_TIMES.of(launched.process().pid());
  }
}
